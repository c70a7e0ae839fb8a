//! The shapes of single values in a `when`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One value or several, of which any will do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Any<T>(pub(crate) Vec<T>);

impl<T> Default for Any<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Any<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Any<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyVisitor(PhantomData))
    }
}

struct AnyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for AnyVisitor<T> {
    type Value = Any<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name or an array of names")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Any<T>, E> {
        T::deserialize(serde::de::value::StrDeserializer::new(text)).map(|one| Any(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Any<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = sequence.next_element()? {
            all.push(one);
        }
        if all.is_empty() {
            return Err(A::Error::custom(
                "an empty array never holds, expected at least one name",
            ));
        }
        Ok(Any(all))
    }
}

/// A fact that can only be asked for, never denied: `true` is its only value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found;

impl Serialize for Found {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(true)
    }
}

impl<'de> Deserialize<'de> for Found {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if bool::deserialize(deserializer)? {
            return Ok(Self);
        }
        Err(D::Error::custom(DENIED_CONTENT))
    }
}

/// Part of the message by which the loader knows a fault of direction.
pub(crate) const DENIED_CONTENT: &str =
    "expected `true`: content can only raise a requirement, so a rule cannot ask for its absence";

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Sample {
        #[serde(default)]
        any: Any<String>,
        #[serde(default)]
        found: Option<Found>,
    }

    #[test]
    fn one_value_stands_for_an_array_of_one() {
        let one: Sample = toml::from_str("any = 'a'").unwrap();
        let many: Sample = toml::from_str("any = ['a', 'b']").unwrap();
        assert_eq!(one.any.0, ["a"]);
        assert_eq!(many.any.0, ["a", "b"]);
    }

    #[test]
    fn an_empty_array_is_refused_because_it_never_holds() {
        assert!(toml::from_str::<Sample>("any = []").is_err());
    }

    #[test]
    fn the_absence_of_content_cannot_be_asked_for() {
        assert_eq!(toml::from_str::<Sample>("found = true").unwrap().found, Some(Found));
        let error = toml::from_str::<Sample>("found = false").unwrap_err();
        assert!(error.message().contains(DENIED_CONTENT));
    }
}
