//! From a text to a policy file, with errors that name the place.

use super::locate::line_and_column;
use super::model::{ABILITY_KEYS, CONTENT_KEYS, DENIED_CONTENT, NEUTRAL_KEYS, PolicyFile};
use super::{PolicyError, PolicyErrorKind};

/// The form of a policy text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    #[cfg(feature = "serde")]
    Json,
    Toml,
}

/// Reads one file.
pub(super) fn read(text: &str, form: Form) -> Result<PolicyFile, PolicyError> {
    if text.len() > MAXIMUM_BYTES {
        let message = format!("a policy file has at most {MAXIMUM_BYTES} bytes");
        return Err(PolicyError::new(PolicyErrorKind::Limit, message));
    }
    match form {
        Form::Toml => toml::from_str(text).map_err(|error| {
            let place = error.span().map(|span| line_and_column(text, span.start));
            from_serde(error.message(), toml::de::DeTable::parse(text).is_ok()).at(place)
        }),
        #[cfg(feature = "serde")]
        Form::Json => serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let message = message
                .rsplit_once(" at line ")
                .map_or(message.as_str(), |(front, _)| front);
            from_serde(message, error.is_data()).at(Some((error.line(), error.column())))
        }),
    }
}

/// Turns a message of serde, whose first word in backticks is the user's and the rest the names it expected, into ours.
fn from_serde(message: &str, is_well_formed: bool) -> PolicyError {
    let message = message.trim_end().trim_end_matches('.').replace('\n', " ");
    if let Some((reason, meant)) = meant(&message) {
        return PolicyError::new(PolicyErrorKind::Value, reason).meaning(Some(meant.to_owned()));
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let word = quoted.next().unwrap_or_default().to_owned();
    let known: Vec<&str> = quoted.collect();
    let is_field = message.starts_with("unknown field");
    if !is_well_formed {
        return PolicyError::new(PolicyErrorKind::Syntax, message);
    }
    if message.contains(DENIED_CONTENT) {
        return PolicyError::new(PolicyErrorKind::Direction, message);
    }
    if let Some(reason) = wrong_direction(&word, &known).filter(|_| is_field) {
        return PolicyError::new(PolicyErrorKind::Direction, reason);
    }
    let kind = if is_field {
        PolicyErrorKind::UnknownField
    } else {
        PolicyErrorKind::Value
    };
    let nearest: Vec<&str> = if message.starts_with("unknown ") {
        known
    } else {
        Vec::new()
    };
    PolicyError::new(kind, message.clone()).near(&word, nearest)
}

/// A message of one of our own types that says itself what was meant.
fn meant(message: &str) -> Option<(&str, &str)> {
    let (reason, meant) = message.rsplit_once(" (did you mean `")?;
    Some((reason, meant.strip_suffix("`?)")?))
}

/// Why a known fact may not stand where only `known` may.
fn wrong_direction(word: &str, known: &[&str]) -> Option<String> {
    let within = |keys: &[&str]| known.first().is_some_and(|first| keys.contains(first));
    let (is_content, is_ability) = (CONTENT_KEYS.contains(&word), ABILITY_KEYS.contains(&word));
    let is_neutral = NEUTRAL_KEYS.contains(&word);
    if is_content && (within(&NEUTRAL_KEYS) || within(&ABILITY_KEYS)) {
        return Some(format!(
            "`{word}` is what the message holds: it stands directly in `when` and is never denied, because content can \
             only raise a requirement"
        ));
    }
    if is_ability && known.len() > ABILITY_KEYS.len() {
        return Some(format!(
            "`{word}` is what a recipient can do: it stands under `lacks`, because only its absence can raise a \
             requirement"
        ));
    }
    (is_neutral && known.len() > ABILITY_KEYS.len() && !within(&NEUTRAL_KEYS))
        .then(|| format!("`{word}` says where a message goes or what for: it stands under `is` or `not`"))
}

/// Far above any policy written by hand, and small enough to be read at every load.
pub(super) const MAXIMUM_BYTES: usize = 4 << 20;
