//! Checks of arguments that several nouns share.

use sealwax::AddressError;
use sealwax::classify::Category;
use sealwax::json::FactsError;

use crate::error::sealwax_error;
use crate::status::{SEALWAX_ADDRESS, SEALWAX_FACTS, SEALWAX_RANGE};

/// An `int32_t` that stands for yes or no.
pub(crate) fn truth(value: i32, name: &str) -> Result<bool, sealwax_error> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(out_of_range(name)),
    }
}

/// Unknown bits are refused: a host that sets one expects something that this library would not do.
pub(crate) fn known_flags(flags: u32, known: u32, name: &str) -> Result<(), sealwax_error> {
    if flags & !known == 0 {
        Ok(())
    } else {
        Err(out_of_range(name))
    }
}

/// A count of something of which there must be one.
pub(crate) fn at_least_one(count: usize, name: &str) -> Result<usize, sealwax_error> {
    if count == 0 { Err(out_of_range(name)) } else { Ok(count) }
}

/// The error for an argument that has no such value.
pub(crate) fn out_of_range(name: &str) -> sealwax_error {
    sealwax_error::new(SEALWAX_RANGE, format!("`{name}` is out of its range"))
}

/// The category of this name. A misspelt one is an error, since "not in the message" would be a dangerous answer.
pub(crate) fn known_category(name: &str) -> Result<Category, sealwax_error> {
    let category = Category::from(name.to_owned());
    if category.name() == name {
        Ok(category)
    } else {
        Err(out_of_range("name"))
    }
}

/// The error for a text that is no address; it holds nothing of the text.
pub(crate) fn address_error(error: AddressError) -> sealwax_error {
    sealwax_error::new(SEALWAX_ADDRESS, error)
}

/// The error for facts that could not be read.
pub(crate) fn facts_error(error: &FactsError) -> sealwax_error {
    sealwax_error::new(SEALWAX_FACTS, error.reason()).at(error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::sealwax_status;

    fn status<T>(answer: Result<T, sealwax_error>) -> sealwax_status {
        answer.map_or_else(|error| error.status(), |_| 0)
    }

    #[test]
    fn yes_is_1_no_is_0_and_nothing_else_is_either() {
        assert_eq!((truth(0, "x").ok(), truth(1, "x").ok()), (Some(false), Some(true)));
        assert_eq!(
            (status(truth(2, "x")), status(truth(-1, "x"))),
            (SEALWAX_RANGE, SEALWAX_RANGE)
        );
    }

    #[test]
    fn an_unknown_flag_bit_is_refused() {
        assert_eq!(status(known_flags(3, 3, "x")), 0);
        assert_eq!(status(known_flags(4, 3, "x")), SEALWAX_RANGE);
    }

    #[test]
    fn a_misspelt_category_is_refused() {
        assert_eq!(known_category("phi").ok(), Some(Category::Phi));
        assert_eq!(
            known_category("custom:project").ok(),
            Some(Category::Custom("project".into()))
        );
        assert_eq!(status(known_category("PHI")), SEALWAX_RANGE);
    }

    #[test]
    fn an_error_in_the_facts_has_its_place_and_quotes_nothing() {
        let wrong = "{\n  \"sender\": \"a@b.example\",\n  \"ssn 078-05-1120\": 1}";
        let error = sealwax::json::transaction(wrong).unwrap_err();
        let error = facts_error(&error);
        assert_eq!((error.status(), error.line()), (SEALWAX_FACTS, 3));
        assert!(!error.to_string().contains("078-05-1120"));
    }
}
