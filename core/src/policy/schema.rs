//! The JSON Schema of the policy file, for editors.

use serde_json::{Map, Value, json};

use super::{AuditLevel, CryptoFloor, Disposition, MessageProtection, Method};
use crate::Party;
use crate::classify::{Level, Strictness};
use crate::detect::{Role, Sense};
use crate::evidence::Transport;
use crate::message::OpaqueKind;

/// The JSON Schema (draft 2020-12) of the policy file, in TOML or JSON; `docs/policy.schema.json` holds the same.
///
/// What it cannot say, [`Policy::from_toml`](super::Policy::from_toml) checks: that names are declared, and the proof.
///
/// ```
/// let schema = sealwax::policy::schema();
/// assert_eq!(schema["properties"]["on_unmet"]["enum"][0], "drop");
/// ```
#[must_use]
pub fn schema() -> Value {
    let mut root = object(&[
        ("accounts", names()),
        ("allow", list(&allow())),
        ("archive", one_of(["never", "waived", "clear", "unsealed"])),
        ("baseline", reference("requirement")),
        ("categories", names()),
        ("contact", text()),
        ("default_recipient", party()),
        ("defaults", strings(&["account", "purpose", "stream"])),
        (
            "classification",
            object(&[
                ("phi", strictness()),
                ("rules", switches()),
                ("rule", list(&composition())),
            ]),
        ),
        ("description", text()),
        ("detector", list(&json!({"type": "object"}))),
        ("distrusted_tls", names()),
        ("entity", text()),
        ("flags", names()),
        ("floor", list(&floor())),
        (
            "form",
            list(&required(
                object(&[("name", text()), ("file", text()), ("health", flag())]),
                &["name", "file"],
            )),
        ),
        (
            "group",
            list(&required(object(&[("name", text()), ("members", names())]), &["name"])),
        ),
        ("include", names()),
        ("invariant", list(&rule(false))),
        (
            "limits",
            json!({"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}),
        ),
        (
            "list",
            list(&required(object(&[("id", text()), ("health", flag())]), &["id"])),
        ),
        ("name", text()),
        ("on_unmet", on_unmet()),
        ("organization", required(object(&[("domains", names())]), &["domains"])),
        ("partner", list(&partner())),
        ("purposes", names()),
        (
            "recipients",
            list(&required(
                object(&[("name", text()), ("members", names()), ("party", party())]),
                &["name", "members"],
            )),
        ),
        ("relax_floor", reference("requirement")),
        (
            "roster",
            list(&required(
                object(&[("name", text()), ("file", text())]),
                &["name", "file"],
            )),
        ),
        ("reply", strings(&["approve", "drop", "hold", "return"])),
        ("rule", list(&rule(true))),
        ("sender", list(&sender())),
        ("stream", list(&stream())),
        (
            "subject",
            object(&[
                ("from", level()),
                ("action", one_of(["replace", "return"])),
                ("text", text()),
            ]),
        ),
        ("term", list(&term())),
        ("tls13_suites", names()),
        ("trigger", list(&trigger())),
        ("unknown_facts", one_of(["strictest", "error"])),
        ("waivers", one_of(["hipaa-2013", "hipaa-nprm-2025", "refused"])),
    ]);
    let definitions = json!({"any": any(), "requirement": requirement(), "neutral": neutral(), "when": when()});
    if let Some(root) = root.as_object_mut() {
        root.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
        root.insert("title".into(), "Sealwax policy".into());
        root.insert("$defs".into(), definitions);
    }
    root
}

fn requirement() -> Value {
    object(&[
        ("audit", one_of(AuditLevel::ALL.map(AuditLevel::name))),
        ("crypto", one_of(CryptoFloor::ALL.map(CryptoFloor::name))),
        ("disposition", one_of(Disposition::ALL.map(Disposition::name))),
        ("message", one_of(MessageProtection::ALL.map(MessageProtection::name))),
        ("post_quantum", flag()),
        ("retention_days", number(0)),
        ("transport", transport()),
    ])
}

fn rule(has_citation: bool) -> Value {
    let mut keys = vec![
        ("id", text()),
        ("when", reference("when")),
        ("require", reference("requirement")),
        ("reason", text()),
    ];
    if has_citation {
        keys.push(("citation", text()));
    }
    required(object(&keys), &["id", "require"])
}

fn when() -> Value {
    object(&[
        ("all_categories", names()),
        ("anomaly", reference("any")),
        ("category", reference("any")),
        ("count", json!({"type": "object", "additionalProperties": number(1)})),
        ("flag", reference("any")),
        ("implied_phi", json!({"const": true})),
        ("incomplete", json!({"const": true})),
        ("is", reference("neutral")),
        ("label", reference("any")),
        ("lacks", lacks()),
        ("level", level()),
        ("not", reference("neutral")),
        ("opaque", one_or_more(&one_of(OpaqueKind::ALL.map(OpaqueKind::name)))),
        ("subject_level", level()),
        ("trigger", reference("any")),
    ])
}

fn lacks() -> Value {
    let keys = one_of([Method::Smime, Method::Pgp].map(Method::name));
    object(&[
        ("authentication", one_of(["none", "single-factor", "second-factor"])),
        ("baa", agreement()),
        ("keys", one_or_more(&keys)),
        ("party", party()),
        ("transport", transport()),
    ])
}

fn neutral() -> Value {
    object(&[
        ("account", reference("any")),
        ("direction", one_of(["external", "internal"])),
        ("group", reference("any")),
        ("purpose", reference("any")),
        ("recipients", reference("any")),
        ("stream", reference("any")),
    ])
}

fn floor() -> Value {
    let scope = one_of(["account", "domain", "group", "user"]);
    let keys = [
        ("scope", scope),
        ("of", text()),
        ("require", reference("requirement")),
        ("reason", text()),
        ("waivable", flag()),
    ];
    required(object(&keys), &["scope", "of", "require"])
}

fn allow() -> Value {
    let keys = [
        ("id", text()),
        ("detector", text()),
        ("values", names()),
        ("reason", text()),
    ];
    required(object(&keys), &["id", "detector", "values"])
}

fn partner() -> Value {
    let keys = [
        ("name", text()),
        ("members", names()),
        ("agreement", document()),
        ("baa", agreement()),
        ("party", party()),
        ("transport", transport()),
        ("match_names", names()),
    ];
    required(object(&keys), &["name", "members"])
}

fn sender() -> Value {
    let keys = [
        ("name", text()),
        ("members", names()),
        ("organization", flag()),
        ("health", flag()),
    ];
    required(object(&keys), &["name"])
}

fn strictness() -> Value {
    one_of(Strictness::ALL.map(Strictness::name))
}

/// From which setting on rules of composition are used.
fn switches() -> Value {
    json!({"type": "object", "additionalProperties": one_of(["narrow", "balanced", "strict", "off"])})
}

/// A rule of composition.
fn composition() -> Value {
    let keys = [
        ("id", text()),
        ("says", text()),
        ("person", senses(Some(Role::Person))),
        ("health", senses(Some(Role::Health))),
        ("beside", senses(None)),
        ("words", number(0)),
        ("all-words", number(0)),
        ("within", one_of(["sentence", "paragraph", "message"])),
        ("against", senses(Some(Role::Against))),
        ("strictness", strictness()),
        ("citation", text()),
        ("measured", list(&measured())),
        ("although", text()),
        ("examples", names()),
        ("counterexamples", names()),
    ];
    let needed = [
        "id",
        "says",
        "person",
        "health",
        "within",
        "strictness",
        "examples",
        "counterexamples",
    ];
    required(object(&keys), &needed)
}

/// How often a rule was right.
fn measured() -> Value {
    let number = || number(0);
    let keys = [
        ("set", text()),
        ("right", number()),
        ("of", number()),
        ("least", number()),
        ("most", number()),
    ];
    required(object(&keys), &["set", "right", "of", "least", "most"])
}

/// What findings say, of one role or of every one.
fn senses(role: Option<Role>) -> Value {
    let all = Sense::ALL
        .iter()
        .filter(|sense| role.is_none_or(|role| sense.role() == role));
    let names: Vec<&str> = all.map(|sense| sense.name()).collect();
    list(&json!({"enum": names}))
}

fn stream() -> Value {
    required(
        object(&[("name", text()), ("label", text()), ("on_unmet", on_unmet())]),
        &["name"],
    )
}

fn term() -> Value {
    required(
        object(&[
            ("id", text()),
            ("category", text()),
            ("words", names()),
            ("senses", senses(None)),
        ]),
        &["id", "category", "words"],
    )
}

fn trigger() -> Value {
    let keys = [
        ("name", text()),
        ("subject", reference("any")),
        ("header", reference("any")),
        ("plus", reference("any")),
        ("require", reference("requirement")),
    ];
    required(object(&keys), &["name"])
}

fn object(keys: &[(&str, Value)]) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()))
        .collect();
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}

fn required(mut object: Value, keys: &[&str]) -> Value {
    if let Some(object) = object.as_object_mut() {
        object.insert("required".into(), json!(keys));
    }
    object
}

fn strings(keys: &[&str]) -> Value {
    object(&keys.iter().map(|key| (*key, text())).collect::<Vec<_>>())
}

fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

fn names() -> Value {
    list(&text())
}

fn any() -> Value {
    json!({"anyOf": [text(), {"type": "array", "minItems": 1, "items": text()}]})
}

fn one_or_more(one: &Value) -> Value {
    json!({"anyOf": [one, {"type": "array", "minItems": 1, "items": one}]})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn flag() -> Value {
    json!({"type": "boolean"})
}

fn number(least: u32) -> Value {
    json!({"type": "integer", "minimum": least})
}

fn one_of<const N: usize>(names: [&str; N]) -> Value {
    json!({"enum": names.as_slice()})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn level() -> Value {
    one_of(Level::ALL.map(Level::name))
}

fn transport() -> Value {
    one_of(Transport::ALL.map(Transport::name))
}

fn agreement() -> Value {
    one_of(["phi-forbidden", "none", "unknown", "not-needed", "signed"])
}

/// When an agreement stands, and its document.
fn document() -> Value {
    object(&[("date", text()), ("end", text()), ("document_sha256", text())])
}

fn party() -> Value {
    one_of([Party::Organization, Party::Unknown, Party::Individual].map(Party::name))
}

fn on_unmet() -> Value {
    one_of(["drop", "portal", "return"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::model::PolicyFile;
    use crate::policy::sample::policy;
    use proptest::prelude::*;

    /// Whether `value` is what `schema` describes, as far as this module's own schema goes.
    fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
            return fits(root, &root["$defs"][name], value);
        }
        if let Some(choices) = schema["anyOf"].as_array() {
            return choices.iter().any(|choice| fits(root, choice, value));
        }
        if let Some(values) = schema["enum"].as_array() {
            return values.contains(value);
        }
        match (schema["type"].as_str(), value) {
            (None, _) => schema["const"] == *value,
            (Some("object"), Value::Object(map)) => {
                let keys = schema["required"].as_array().cloned().unwrap_or_default();
                let other = &schema["additionalProperties"];
                let fits_key = |(key, value): (&String, &Value)| match schema["properties"].get(key) {
                    Some(schema) => fits(root, schema, value),
                    None => other.is_null() || (other.is_object() && fits(root, other, value)),
                };
                keys.iter().all(|key| map.contains_key(key.as_str().unwrap())) && map.iter().all(fits_key)
            }
            (Some("array"), Value::Array(items)) => {
                let least = schema["minItems"].as_u64().unwrap_or(0);
                items.len() as u64 >= least && items.iter().all(|item| fits(root, &schema["items"], item))
            }
            (Some("integer"), value) => value.as_u64() >= schema["minimum"].as_u64() && value.is_u64(),
            (Some("string"), value) => value.is_string(),
            (Some("boolean"), value) => value.is_boolean(),
            _ => false,
        }
    }

    fn keys(value: &Value) -> Vec<&String> {
        value.as_object().unwrap().keys().collect()
    }

    #[test]
    fn the_schema_has_every_key_of_the_model_and_no_other() {
        let full = PolicyFile {
            entity: Some("Clinic".into()),
            contact: Some("privacy@clinic.example".into()),
            replies: crate::policy::model::Replies {
                hold: Some("Held".into()),
                ..Default::default()
            },
            tls13_suites: toml::from_str::<PolicyFile>("tls13_suites = ['TLS_AES_256_GCM_SHA384']")
                .unwrap()
                .tls13_suites,
            archive: Some(crate::policy::model::Archive::Clear),
            relax_floor: Some(crate::policy::Requirement::NONE),
            unknown_facts: Some(crate::policy::UnknownFacts::Strictest),
            waivers: Some(crate::policy::model::WaiverRules::Refused),
            on_unmet: Some(crate::policy::model::OnUnmet::Drop),
            default_recipient: Some(Party::Individual),
            organization: Some(crate::policy::model::Organization::default()),
            subject: Some(crate::policy::model::SubjectRule::default()),
            limits: Some(crate::message::Limits::default()),
            classification: Some(crate::policy::model::Classifying {
                phi: Some(Strictness::Strict),
                rules: [("named-word".to_owned(), crate::classify::Switch::Off)].into(),
                own: vec![crate::classify::RuleSpec {
                    although: "a".to_owned(),
                    measured: vec![crate::classify::Measured {
                        set: "all".to_owned(),
                        right: 1,
                        of: 2,
                        least: 10,
                        most: 90,
                    }],
                    ..crate::classify::rules().remove(0)
                }],
            }),
            ..PolicyFile::default()
        };
        let full = serde_json::to_value(&full).unwrap();
        assert_eq!(keys(&full), keys(&schema()["properties"]));
        assert!(fits(&schema(), &schema(), &full));
        let rule = &schema()["properties"]["classification"]["properties"]["rule"]["items"];
        assert_eq!(keys(&full["classification"]["rule"][0]), keys(&rule["properties"]));
    }

    #[test]
    fn the_schema_fits_every_example_and_refuses_a_slip() {
        let schema = schema();
        for text in [
            include_str!("../../../examples/policies/bank/policy.toml"),
            include_str!("../../../examples/policies/dialysis-newsletter/policy.toml"),
            include_str!("../../../examples/policies/hospital-research/policy.toml"),
            include_str!("../../../examples/policies/insurer/policy.toml"),
            include_str!("../../../examples/policies/law-firm/policy.toml"),
            include_str!("../../../examples/policies/small-clinic/policy.toml"),
        ] {
            let value: Value = toml::from_str(text).unwrap();
            assert!(fits(&schema, &schema, &value), "{}", value["name"]);
        }
        for slip in [
            json!({"nam": "x"}),
            json!({"rule": [{"id": "a"}]}),
            json!({"rule": [{"id": "a", "require": {}, "when": {"incomplete": false}}]}),
            json!({"rule": [{"id": "a", "require": {}, "when": {"not": {"category": "phi"}}}]}),
            json!({"baseline": {"transport": "verifed"}}),
            json!({"classification": {"rules": {"named-word": "of"}}}),
            json!({"classification": {"rule": [{"id": "a"}]}}),
            json!({"term": [{"id": "a", "category": "phi", "words": [], "senses": ["conditon"]}]}),
        ] {
            assert!(!fits(&schema, &schema, &slip), "{slip}");
        }
    }

    proptest! {
        #[test]
        fn the_schema_fits_every_policy_that_loads(policy in policy()) {
            let schema = schema();
            prop_assert!(fits(&schema, &schema, &policy));
        }
    }

    #[test]
    fn the_schema_in_the_documentation_is_this_one() {
        let written: Value = serde_json::from_str(include_str!("../../../docs/policy.schema.json")).unwrap();
        let current = serde_json::to_string_pretty(&schema()).unwrap();
        assert_eq!(written, schema(), "docs/policy.schema.json should be:\n{current}");
    }
}
