//! The portal counts as sealed only for a reader whom it authenticates, and a delivery says what it has to ask for.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use sealwax::classify::{Category, Classification, Level};
use sealwax::evidence::Transport;
use sealwax::policy::{Action, Content, Delivery, Method, Policy, Resources};
use sealwax::{Authentication, ClientKeys, Recipient, Timestamp, Transaction};

use Authentication::{None as Nobody, SecondFactor, SingleFactor};

const SEALED: &str = "name = 'a'\n[[rule]]\nid = 'a'\nreason = 'a'\nrequire = { message = 'sealed' }\n";
const AUTHENTICATED: &str =
    "name = 'a'\n[[rule]]\nid = 'a'\nreason = 'a'\nrequire = { message = 'sealed-authenticated' }\n";

fn decide(policy: &str, authentication: Option<Authentication>, keys: ClientKeys) -> Delivery {
    let recipient = Recipient {
        authentication,
        keys,
        ..Recipient::new("bob@example.org").unwrap()
    };
    let mut transaction = Transaction::from("ann@clinic.example").unwrap().recipient(recipient);
    transaction.enforces = Some(Transport::Verified);
    transaction.methods = Some([Method::Tls, Method::Smime, Method::Portal].into());
    let mut content = Content {
        classification: Classification::default(),
        complete: true,
        subject_level: Level::None,
        ..Content::default()
    };
    content.classification.level = Level::Sensitive;
    content.classification.categories.insert(Category::Phi);
    let policy = Policy::from_toml(policy, &Resources::new()).unwrap();
    policy
        .decide(&content, &transaction, Timestamp::EPOCH)
        .unwrap()
        .remove(0)
}

#[test]
fn a_delivery_says_what_the_portal_asks_its_reader_for() {
    let cases = [
        (SEALED, None, Some(SingleFactor)),
        (SEALED, Some(Nobody), None),
        (SEALED, Some(SingleFactor), Some(SingleFactor)),
        (SEALED, Some(SecondFactor), Some(SingleFactor)),
        (AUTHENTICATED, None, None),
        (AUTHENTICATED, Some(Nobody), None),
        (AUTHENTICATED, Some(SingleFactor), None),
        (AUTHENTICATED, Some(SecondFactor), Some(SecondFactor)),
    ];
    for (policy, authentication, asked) in cases {
        let delivery = decide(policy, authentication, ClientKeys::default());
        let way = (delivery.action, delivery.method, delivery.reader);
        let expected = if asked.is_some() {
            (Action::Send, Some(Method::Portal), asked)
        } else {
            (Action::Return, None, None)
        };
        assert_eq!(way, expected, "{authentication:?}");
    }
}

#[test]
fn who_is_not_authenticated_gets_the_message_another_way_if_there_is_one() {
    let smime = ClientKeys {
        smime: true,
        ..ClientKeys::default()
    };
    let delivery = decide(SEALED, Some(Nobody), smime);
    assert_eq!((delivery.method, delivery.reader), (Some(Method::Smime), None));
    let delivery = decide(SEALED, Some(Nobody), ClientKeys::default());
    let rejected = delivery
        .rejected
        .iter()
        .find(|rejected| rejected.method == Method::Portal);
    assert!(rejected.unwrap().reason.contains("does not authenticate its reader"));
}

#[test]
fn a_fallback_to_the_portal_asks_as_well() {
    let delivery = decide("name = 'a'\n", None, ClientKeys::default());
    let fallback = delivery.fallback.as_ref().and_then(|fallback| fallback.method);
    assert_eq!((delivery.method, fallback), (Some(Method::Tls), Some(Method::Portal)));
    assert_eq!(delivery.reader, Some(SingleFactor));
    assert!(
        delivery.explain().contains("it asks the recipient for one factor"),
        "{}",
        delivery.explain()
    );
    let delivery = decide("name = 'a'\n", Some(Nobody), ClientKeys::default());
    assert_eq!(
        (delivery.reader, delivery.fallback.unwrap().action),
        (None, Action::Return)
    );
}
