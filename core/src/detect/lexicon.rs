//! The built-in word lists. Their origin and licences stand in `data/lexicon/SOURCE`.

/// The list of this name, one lower-case term a line; lines that start with `#` are remarks.
pub(super) fn list(name: &str) -> Option<impl Iterator<Item = &'static str>> {
    let (_, text) = LISTS.iter().find(|(list, _)| *list == name)?;
    Some(text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')))
}

macro_rules! lists {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../data/lexicon/", $name, ".txt")))),+]
    };
}

const LISTS: &[(&str, &str)] = lists!["conditions", "drugs", "specialties", "symptoms"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_holds_terms() {
        for (name, _) in LISTS {
            assert!(list(name).unwrap().count() > 50, "{name}");
        }
        assert!(list("unknown").is_none());
    }
}
