//! Every form in which an address is handed over is taken apart or refused, and no form changes a verdict.

mod forms;

use proptest::prelude::*;
use sealwax::json::Facts;
use sealwax::policy::{Content, Policy, Resources};
use sealwax::{Address, AddressError, AddressErrorKind, Recipient, Timestamp, Transaction};

/// The kind as the table writes it.
fn word(kind: AddressErrorKind) -> String {
    let mut word = String::new();
    for letter in format!("{kind:?}").chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

#[test]
fn every_form_is_taken_apart_or_refused() {
    let mut wrong = Vec::new();
    for form in forms::read() {
        let expected = match (&form.canonical, &form.refused) {
            (Some(canonical), None) => Ok(canonical.clone()),
            (None, Some(refused)) => Err(refused.clone()),
            _ => panic!("{form:?}"),
        };
        let real = Address::parse(&form.written);
        let real = real
            .map(|address| address.to_string())
            .map_err(|error| word(error.kind()));
        if real != expected {
            wrong.push(format!("{:?}: {real:?}, expected {expected:?}", form.written));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn builder_and_facts_give_the_same_address_or_the_same_words() {
    let known = || Transaction::from("desk@clinic.example")?.to("bob@mailbox.example");
    for form in forms::read() {
        let expected = form.as_recipient(1);
        let built = known().unwrap().to(&form.written);
        let built = built
            .map(|all| all.recipients[1].address.to_string())
            .map_err(|error| error.to_string());
        assert_eq!(built, expected, "{form:?}");
        match (Facts::from_json(&form.facts()), expected) {
            (Ok(facts), Ok(address)) => assert_eq!(facts.transaction.recipients[1].address.as_str(), address),
            (Err(error), Err(words)) => assert!(error.to_string().contains(forms::fault(&words)), "{error}: {words}"),
            (real, expected) => panic!("{form:?}: {real:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn an_error_holds_nothing_of_the_address() {
    for form in forms::read() {
        let Err(error) = Transaction::from(&form.written) else {
            continue;
        };
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("evil") && !shown.contains("RCPT") && !shown.contains("smith"),
            "{shown}"
        );
        assert!(error.to_string().ends_with(", at sender"), "{error}");
    }
}

#[test]
fn the_empty_address_is_a_senders_only() {
    let bounce = Transaction::from("<>").unwrap();
    assert!(bounce.sender.is_null() && bounce.sender.domain().is_none());
    let error = bounce.to("").unwrap_err();
    assert_eq!((error.kind(), error.recipient()), (AddressErrorKind::Null, Some(1)));
    assert_eq!(
        Recipient::new(Address::null()).unwrap_err().kind(),
        AddressErrorKind::Null
    );
}

/// What a host reads out of its own queue must not slip by a policy: each pair is one written and the verdict it must get.
#[test]
fn no_form_of_an_address_escapes_its_floor_partner_or_hold() {
    let text = "name = 'clinic'\n\
        [[floor]]\nscope = 'user'\nof = 'Desk@clinic.example.'\nrequire = { message = 'sealed' }\n\
        [[floor]]\nscope = 'domain'\nof = 'BÜCHER.example'\nrequire = { message = 'sealed' }\n\
        [[partner]]\nname = 'lab'\nmembers = ['lab.example.', '*.bücher.example']\nbaa = 'phi-forbidden'\n";
    let policy = Policy::from_toml(text, &Resources::new()).unwrap();
    let decide = |sender: &str, recipient: &str| -> Result<String, AddressError> {
        let transaction = Transaction::from(sender)?.to(recipient)?;
        let delivery = policy
            .decide(&Content::default(), &transaction, Timestamp::EPOCH)
            .unwrap()
            .remove(0);
        Ok(format!("{:?} {:?}", delivery.action, delivery.requirement.message))
    };
    for sender in [
        "desk@clinic.example",
        "Front Desk <desk@clinic.example>",
        "\"DESK\"@clinic。example",
        "desk+x@clinic.example",
        "Front Desk <\"Desk+a b\"@clinic.example>",
        "a@bücher.example",
    ] {
        assert_eq!(decide(sender, "bob@x.example").unwrap(), "Send Sealed", "{sender}");
    }
    for recipient in [
        "x@lab.example",
        "Lab <x@lab.example>",
        "x@LAB.example.",
        "x@lab。example",
        " x@lab.example ",
        "x@east.BÜCHER.example",
    ] {
        assert!(
            decide("ann@clinic.example", recipient).unwrap().starts_with("Return"),
            "{recipient}"
        );
    }
    for recipient in ["x@evil.example,y@lab.example", "x@evil.example\n@lab.example"] {
        assert!(decide("ann@clinic.example", recipient).is_err());
    }
}

/// The text, the line and column, and what was meant.
const NEVER_MATCHED: [(&str, (usize, usize), Option<&str>); 12] = [
    ("distrusted_tls = ['@lab.example']", (1, 18), Some("lab.example")),
    ("distrusted_tls = ['.lab.example']", (1, 18), Some("*.lab.example")),
    ("distrusted_tls = ['192.0.2.1']", (1, 18), Some("[192.0.2.1]")),
    ("distrusted_tls = ['lab..example']", (1, 18), None),
    (
        "[[floor]]\nscope = 'domain'\nrequire = {}\nof = '*.lab.example'",
        (4, 6),
        Some("lab.example"),
    ),
    (
        "[[floor]]\nscope = 'domain'\nrequire = {}\nof = '@lab.example'",
        (4, 6),
        Some("lab.example"),
    ),
    (
        "[[floor]]\nscope = 'domain'\nrequire = {}\nof = 'Ann <ann@lab.example>'",
        (4, 6),
        Some("lab.example"),
    ),
    (
        "[[floor]]\nscope = 'user'\nrequire = {}\nof = 'lab.example'",
        (4, 6),
        None,
    ),
    ("[[floor]]\nscope = 'user'\nrequire = {}\nof = '<>'", (4, 6), None),
    ("[[recipients]]\nname = 'nobody'\nmembers = []", (3, 11), None),
    (
        "[[partner]]\nname = 'lab'\nmembers = ['a@lab.example,b@lab.example']",
        (3, 11),
        None,
    ),
    ("[[trigger]]\nname = 'ask'\nplus = '+secure'", (3, 8), Some("secure")),
];

#[test]
fn what_can_never_match_is_named_with_its_place_and_what_was_meant() {
    for (text, place, meant) in NEVER_MATCHED {
        let error = Policy::from_toml(text, &Resources::new()).unwrap_err();
        assert_eq!(
            (error.line().zip(error.column()), error.nearest()),
            (Some(place), meant),
            "{text}: {error}"
        );
    }
}

proptest! {
    #[test]
    fn what_was_read_is_read_again_as_the_same(text in "[a-zA-Z.\"\\\\ ()<>@%!,äßΣς‍]{0,12}@[a-z.。．ﬁäß\\[\\]0-9:-]{0,16}[)> .]{0,2}") {
        if let Ok(address) = Address::parse(&text) {
            let again = Address::parse(address.as_str()).unwrap();
            prop_assert_eq!(again.as_str(), address.as_str());
            prop_assert_eq!(&again, &address);
            let named = Address::parse(&format!("\"A, b@c\" <{address}> (d@e)")).unwrap();
            prop_assert_eq!(named.as_str(), address.as_str());
            prop_assert!(address.as_str().matches('@').count() <= 1);
        }
    }

    #[test]
    fn any_text_is_one_address_or_an_error(text in any::<String>()) {
        if let Ok(address) = Address::parse(&text) {
            prop_assert!(address.is_null() || address.as_str().contains('@'));
            prop_assert!(!address.as_str().contains(char::is_control));
        }
    }
}
