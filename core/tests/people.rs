//! Who a recipient is, what is agreed with them, and whose number a message holds.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use sealwax::classify::Category;
use sealwax::detect;
use sealwax::engine::Engine;
use sealwax::evidence::{Evidence, EvidenceKind, Transport};
use sealwax::policy::{Action, Delivery, Dimension, Method, Policy, PolicyErrorKind, Resources};
use sealwax::{BaaState, Party, Recipient, Timestamp, Transaction};

const NOW: Timestamp = Timestamp::from_millis(1_795_253_400_000);
const PHI: &str = "Subject: results\n\nMRN: 48210937, diabetes mellitus, metformin.\n";
const LUNCH: &str = "Subject: lunch at noon?\n\nSee you there.\n";

fn engine(text: &str) -> Engine {
    Engine::builder().policy_toml(text).build().unwrap()
}

fn send(engine: &Engine, message: &str, sender: &str, recipient: Recipient) -> Delivery {
    let transaction = Transaction::from(sender).unwrap().recipient(recipient);
    let verdict = engine.evaluate(message.as_bytes(), &transaction, NOW).unwrap();
    verdict.deliveries.into_iter().next().unwrap()
}

fn verified(address: &str) -> Recipient {
    Recipient::new(address)
        .unwrap()
        .evidence(Evidence::new(EvidenceKind::MtaStsEnforce, Transport::Verified, NOW))
}

/// What stands for a delivery in the tables below.
fn way(delivery: &Delivery) -> &'static str {
    match (delivery.action, delivery.method) {
        (Action::Send, Some(Method::Tls)) => "tls",
        (Action::Send, Some(_)) => "sealed",
        (Action::Hold, _) => "held",
        (Action::Return, _) => "returned",
        _ => "other",
    }
}

#[test]
fn phi_travels_as_the_table_of_parties_and_agreements_says() {
    let profiles = ["hipaa-2013", "hipaa-nprm-2025"].map(|name| engine(&format!("include = ['{name}']")));
    let plain = engine("");
    for (party, baa, expected) in [
        (Some(Party::Individual), BaaState::Unknown, ["tls", "tls"]),
        (None, BaaState::NotNeeded, ["tls", "tls"]),
        (Some(Party::Organization), BaaState::NotNeeded, ["tls", "tls"]),
        (None, BaaState::Signed, ["tls", "tls"]),
        (None, BaaState::Unknown, ["tls", "sealed"]),
        (Some(Party::Unknown), BaaState::Unknown, ["tls", "sealed"]),
        (Some(Party::Organization), BaaState::Unknown, ["sealed", "sealed"]),
        (None, BaaState::None, ["held", "held"]),
        (Some(Party::Individual), BaaState::None, ["held", "held"]),
        (None, BaaState::PhiForbidden, ["returned", "returned"]),
    ] {
        let mut recipient = verified("bob@example.org");
        (recipient.party, recipient.baa) = (party, baa);
        let ways = profiles
            .each_ref()
            .map(|engine| way(&send(engine, PHI, "ann@clinic.example", recipient.clone())));
        assert_eq!(ways, expected, "{party:?} {baa:?}");
        let is_held = ["held", "returned"].contains(&way(&send(&plain, PHI, "ann@clinic.example", recipient.clone())));
        assert_eq!(is_held, baa < BaaState::Unknown, "{baa:?}");
    }
}

#[test]
fn a_clinics_first_day_leaves_its_patients_out_of_the_portal() {
    let clinic = "include = ['hipaa-2013']\ndefault_recipient = 'individual'\n\
        [organization]\ndomains = ['clinic.example']";
    let nprm = clinic.replace("2013", "nprm-2025");
    for policy in [clinic, &nprm] {
        let engine = engine(policy);
        for message in [LUNCH, PHI] {
            let delivery = send(&engine, message, "desk@clinic.example", verified("ann@mailbox.example"));
            assert_eq!(way(&delivery), "tls", "{policy} {message}");
            assert_eq!(delivery.requirement.transport, Transport::Verified);
        }
        let mut enforced = Transaction::from("desk@clinic.example")
            .unwrap()
            .to("ann@mailbox.example")
            .unwrap();
        enforced.enforces = Some(Transport::Verified);
        let verdict = engine.evaluate(LUNCH.as_bytes(), &enforced, NOW).unwrap();
        assert_eq!(way(&verdict.deliveries[0]), "tls");
        assert!(verdict.deliveries[0].fallback.is_some());
    }
}

#[test]
fn a_health_sender_makes_phi_of_what_goes_to_anybody_who_may_be_in_care() {
    let text = "default_recipient = 'organization'\n[organization]\ndomains = ['clinic.example', '*.clinic.example']\n\
        [[sender]]\nname = 'house'\norganization = true\nhealth = true\n\
        [[recipients]]\nname = 'suppliers'\nmembers = ['supplies.example']\nparty = 'organization'\n\
        [[partner]]\nname = 'mail'\nmembers = ['webmail.example']\ntransport = 'verified'";
    let engine = engine(text);
    for (sender, recipients, is_phi) in [
        ("desk@clinic.example", vec!["ann@mailbox.example"], true),
        ("desk@east.clinic.example", vec!["ann@mailbox.example"], true),
        ("desk@clinic.example", vec!["ann@webmail.example"], true),
        ("desk@clinic.example", vec!["lee@east.clinic.example"], false),
        ("desk@clinic.example", vec!["orders@supplies.example"], false),
        (
            "desk@clinic.example",
            vec!["orders@supplies.example", "ann@mailbox.example"],
            true,
        ),
        ("desk@other.example", vec!["ann@mailbox.example"], false),
        ("desk@clinic.example", vec![], true),
    ] {
        let mut transaction = Transaction::from(sender).unwrap();
        for recipient in &recipients {
            transaction = transaction.to(*recipient).unwrap();
        }
        let context = engine.policy().context(&transaction, None, None);
        assert_eq!(context.health_sender, is_phi, "{sender} {recipients:?}");
    }
}

#[test]
fn an_agreement_that_does_not_stand_is_named_in_the_reason() {
    let text = "include = ['hipaa-2013']\n[[partner]]\nname = 'lab'\nmembers = ['lab.example']\nbaa = 'signed'\n\
        transport = 'verified'\nagreement = { date = '2026-01-01', end = '2026-06-30' }";
    let delivery = send(
        &engine(text),
        PHI,
        "ann@clinic.example",
        Recipient::new("in@lab.example").unwrap(),
    );
    let why = delivery.why.iter().find(|why| why.dimension == Dimension::Disposition);
    assert_eq!(
        why.unwrap().reason,
        "no agreement stands with the recipient, so PHI is held; the agreement with `lab` ended on 2026-06-30"
    );
    let later = engine(&text.replace("2026-06-30", "2026-12-31"));
    assert_eq!(
        way(&send(
            &later,
            PHI,
            "ann@clinic.example",
            Recipient::new("in@lab.example").unwrap()
        )),
        "tls"
    );
}

#[test]
fn internal_is_who_shares_a_domain_with_the_sender_and_still_needs_verified_tls_for_phi() {
    let text = "[organization]\ndomains = ['clinic.example', '*.clinic.example']\n[[rule]]\nid = 'out'\n\
        when = { is = { direction = 'external' } }\nrequire = { retention_days = 9 }";
    let engine = engine(text);
    for (sender, recipient, is_internal) in [
        ("a@clinic.example", "b@clinic.example", true),
        ("a@clinic.example", "b@east.clinic.example", true),
        ("a@clinic.example", "b@clinic.example.evil.example", false),
        ("a@clinic.example", "b@notclinic.example", false),
        ("a@evil.example", "b@clinic.example", false),
        ("", "b@clinic.example", false),
    ] {
        let delivery = send(&engine, LUNCH, sender, Recipient::new(recipient).unwrap());
        assert_eq!(
            delivery.requirement.retention_days == 0,
            is_internal,
            "{sender} {recipient}"
        );
        let phi = send(&engine, PHI, sender, Recipient::new(recipient).unwrap());
        assert_eq!(phi.requirement.transport, Transport::Verified);
    }
}

#[test]
fn included_files_do_not_add_to_the_house_and_the_strictest_default_holds() {
    let house = |domain: &str| format!("[organization]\ndomains = ['{domain}']");
    let included = format!("default_recipient = 'individual'\n{}", house("other.example"));
    let resources: Resources = [("base.toml".to_owned(), included.into_bytes())].into();
    let load = |text: &str| {
        let text = format!("include = ['base.toml', 'hipaa-nprm-2025']\n{text}");
        Policy::from_toml(&text, &resources).unwrap()
    };
    let outer = load(&house("clinic.example"));
    let diff = load("").diff(&outer);
    assert!(diff.changed.iter().any(|change| change.contains("[organization]")));
    let phi = |policy: &Policy| {
        let transaction = Transaction::from("a@clinic.example")
            .unwrap()
            .recipient(verified("ann@mailbox.example"));
        let content = sealwax::policy::Content::default();
        policy.decide(&content, &transaction, NOW).unwrap().remove(0).method
    };
    assert_eq!(phi(&load("")), Some(Method::Tls));
    assert_eq!(phi(&load("default_recipient = 'unknown'")), Some(Method::Portal));
    assert_eq!(phi(&load("default_recipient = 'organization'")), Some(Method::Portal));
}

#[test]
fn what_cannot_be_said_of_people_is_refused_with_its_place() {
    let partner = |rest: &str| format!("[[partner]]\nname = 'a'\nmembers = ['b.example']\n{rest}");
    for (text, expected) in [
        ("default_recipient = 'patient'".to_owned(), "individual"),
        ("[organization]\ndomains = []".to_owned(), "without a domain"),
        (
            "[organization]\ndomains = ['ann@clinic.example']".to_owned(),
            "is one address",
        ),
        (
            "[[sender]]\nname = 'a'\nhealth = true".to_owned(),
            "organization = true",
        ),
        (
            partner("agreement = { end = '2026-12-31' }"),
            "`signed` or `phi-forbidden`",
        ),
        (partner("baa = 'signed'\nagreement = { end = 2026-12-31 }"), "in quotes"),
        (
            partner("baa = 'signed'\nagreement = { document_sha256 = 'x' }"),
            "64 hexadecimal",
        ),
        (
            partner("baa = 'signed'\nagreement = { date = '2026-12-31', end = '2026-01-01' }"),
            "never stands",
        ),
        (
            "[[rule]]\nid = 'a'\nwhen = { label = 'US_SNN' }\nrequire = {}".to_owned(),
            "US_SSN",
        ),
        (
            "[[rule]]\nid = 'a'\nwhen = { is = { party = 'individual' } }\nrequire = {}".to_owned(),
            "party",
        ),
    ] {
        let error = Policy::from_toml(&text, &Resources::new()).unwrap_err();
        assert!(error.to_string().contains(expected), "{text}: {error}");
        assert!(error.line().is_some(), "{text}: {error}");
        assert_ne!(error.kind(), PolicyErrorKind::Syntax, "{text}");
    }
}

#[test]
fn one_number_of_one_customer_leaves_a_bank_verified_or_sealed() {
    let bank = engine("include = ['finance-glba']");
    for text in [
        "Your SSN is 219-09-9999.",
        "219-09-9999",
        "ITIN: 912-72-1234",
        "Your account number: 000123456789",
        "card 4111 1111 1111 1111",
        "IBAN GB82 WEST 1234 5698 7654 32",
        "Driver's license number: D1234567",
        "Passport number: 512345678",
    ] {
        let message = format!("Subject: your account\n\n{text}\n");
        let unknown = send(
            &bank,
            &message,
            "ann@bank.example",
            Recipient::new("bob@example.org").unwrap(),
        );
        assert_eq!(unknown.requirement.transport, Transport::Verified, "{text}");
        assert_eq!(unknown.method, Some(Method::Portal), "{text}");
        let known = send(&bank, &message, "ann@bank.example", verified("bob@example.org"));
        assert_eq!(
            (known.action, known.method),
            (Action::Send, Some(Method::Tls)),
            "{text}"
        );
    }
    let hello = send(
        &bank,
        "Subject: hello\n\nSee you.\n",
        "ann@bank.example",
        Recipient::new("bob@example.org").unwrap(),
    );
    assert_eq!(hello.requirement.transport, Transport::Encrypted);
}

#[test]
fn the_bank_profile_knows_every_label_of_a_number_of_a_person_or_an_account() {
    let text = include_str!("../data/profiles/finance-glba.toml");
    let profile: toml::Table = toml::from_str(text).unwrap();
    let labels = |key: &str| -> BTreeSet<String> {
        let named = profile[key].as_array().unwrap().iter();
        let mut named = named.filter(|one| one["id"].as_str() == Some("glba-customer-number"));
        let when = &named.next().unwrap()["when"];
        let labels = when["label"].as_array().unwrap().iter();
        labels.map(|label| label.as_str().unwrap().to_owned()).collect()
    };
    let numbers: BTreeSet<String> = detect::built_in()
        .unwrap()
        .into_iter()
        .filter(|spec| matches!(spec.category, Some(Category::Financial | Category::PersonalIdentifier)))
        .map(|spec| spec.label)
        .filter(|label| !NO_CUSTOMERS_NUMBER.contains(&label.as_str()))
        .collect();
    assert_eq!(labels("rule"), numbers);
    assert_eq!(labels("invariant"), numbers);
}

/// Labels of what is no number, of numbers of things and companies, and of numbers of care.
const NO_CUSTOMERS_NUMBER: [&str; 40] = [
    "ACCESSION_NUMBER",
    "AGE",
    "AU_ABN",
    "AU_ACN",
    "BIC",
    "BIOMETRIC_ID",
    "BR_CNPJ",
    "CITY",
    "CRYPTO",
    "DATE",
    "DATE_OF_BIRTH",
    "DEVICE_SERIAL",
    "DE_VAT_ID",
    "EMAIL_ADDRESS",
    "ENCOUNTER_NUMBER",
    "ICCID",
    "IMEI",
    "IN_GSTIN",
    "IP_ADDRESS",
    "ISIN",
    "IT_VAT_CODE",
    "LEI",
    "LICENSE_PLATE",
    "MAC_ADDRESS",
    "MEDICAL_LICENSE",
    "MRN",
    "PERSON",
    "PHONE_NUMBER",
    "PHOTOGRAPH",
    "PL_REGON",
    "POSTAL_CODE",
    "PRESCRIPTION_NUMBER",
    "RECORD_ID",
    "STREET_ADDRESS",
    "UDI",
    "URL",
    "US_EIN",
    "US_NPI",
    "US_ZIP",
    "VIN",
];
