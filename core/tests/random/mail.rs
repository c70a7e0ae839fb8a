//! What a host hands in, as the oracle reads it and as the engine is given it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use sealwax::classify::{Category, Level};
use sealwax::consent::{Change, Expression, Form, Status, Waiver};
use sealwax::evidence::{Evidence, EvidenceKind, Transport};
use sealwax::policy::{Content, Method};
use sealwax::{AddressError, Authentication, BaaState, ClientKeys, Party, Recipient, Timestamp, Transaction};

use super::Dice;
use super::house::{ACCOUNTS, BAA, FLAGS, GROUPS, PARTIES, PURPOSES, STREAMS, Term};
use super::written::Written;

/// 2026-11-27T09:30:00Z.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_771_800_000);

#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) sender: Written,
    pub(crate) account: Option<&'static str>,
    pub(crate) purpose: Option<&'static str>,
    pub(crate) stream: Option<&'static str>,
    pub(crate) flags: Vec<&'static str>,
    pub(crate) groups: Vec<&'static str>,
    pub(crate) methods: Option<BTreeSet<Method>>,
    pub(crate) enforces: Option<Transport>,
    pub(crate) require_tls: bool,
    pub(crate) content: Content,
    pub(crate) people: Vec<Person>,
}

#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) address: Written,
    pub(crate) is_internal: bool,
    pub(crate) party: Option<Party>,
    pub(crate) baa: BaaState,
    pub(crate) term: Term,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) keys: ClientKeys,
    pub(crate) has_second_factor: bool,
    pub(crate) waivers: Vec<Waiver>,
    /// Which way the waiver was spoilt; `None` when it is sound or there is none.
    pub(crate) spoilt: Option<&'static str>,
}

const SENDERS: [&str; 5] = [
    "bob@clinic.example",
    "ann@clinic.example",
    "desk@xn--bcher-kva.example",
    "eve@east.desk.example",
    "eve@other.example",
];
const DOMAINS: [&str; 9] = [
    "example.org",
    "lab.example",
    "east.lab.example",
    "west.example",
    "n.west.example",
    "xn--bcher-kva.example",
    "clinic.example",
    "a.clinic.example",
    "notlab.example",
];
pub(crate) const RECIPIENTS: usize = 8;

impl Mail {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let sender = dice.of(&SENDERS);
        Self {
            sender: Written::draw(sender, dice),
            account: named(&ACCOUNTS, &["East", "est", " west"], dice),
            purpose: named(&PURPOSES, &["Billing", "newsleter"], dice),
            stream: named(&STREAMS, &["BULK", "buisness"], dice),
            flags: named(&FLAGS, &["VIP", "vip ", "borad"], dice).into_iter().collect(),
            groups: named(&GROUPS, &["Desk", "reserch"], dice).into_iter().collect(),
            methods: dice.of(&[
                Some(Method::ALL.into()),
                None,
                Some([Method::Tls].into()),
                Some([Method::Smime, Method::Tls].into()),
            ]),
            enforces: dice.of(&[None, None, Some(Transport::None), Some(Transport::Verified)]),
            require_tls: dice.once_in(12),
            content: content(dice),
            people: (0..RECIPIENTS).map(|place| Person::draw(place, sender, dice)).collect(),
        }
    }

    /// The transaction, each address as it was written or in its one form.
    pub(crate) fn transaction(&self, as_written: bool) -> Result<Transaction, AddressError> {
        let text = |address: &Written| {
            if as_written {
                address.text.clone()
            } else {
                address.canonical.clone()
            }
        };
        let mut transaction = Transaction::from(text(&self.sender))?;
        for (place, person) in self.people.iter().enumerate() {
            let recipient = Recipient::new(text(&person.address)).map_err(|error| error.of_recipient(place))?;
            transaction = transaction.recipient(person.known(recipient));
        }
        transaction.account = self.account.map(str::to_owned);
        transaction.purpose = self.purpose.map(str::to_owned);
        transaction.stream = self.stream.map(str::to_owned);
        transaction.flags = self.flags.iter().map(|&name| name.to_owned()).collect();
        transaction.groups = self.groups.iter().map(|&name| name.to_owned()).collect();
        transaction.methods.clone_from(&self.methods);
        transaction.enforces = self.enforces;
        transaction.require_tls = self.require_tls;
        Ok(transaction)
    }

    /// Whether any address must be refused.
    pub(crate) fn is_refused(&self) -> bool {
        self.sender.is_refused || self.people.iter().any(|person| person.address.is_refused)
    }
}

impl Person {
    fn draw(place: usize, sender: &str, dice: &mut Dice) -> Self {
        let local = dice.of(&["carol", "o'neil", "j.doe", "dave+x"]);
        let canonical = format!("{local}{place}@{}", dice.of(&DOMAINS));
        let mut person = Self {
            address: Written::draw(&canonical, dice),
            is_internal: dice.once_in(9),
            party: dice.of(&PARTIES),
            baa: dice.of(&BAA),
            term: dice.of(&Term::ALL),
            evidence: (0..dice.below(4)).map(|_| evidence(dice)).collect(),
            keys: ClientKeys {
                smime: dice.once_in(3),
                pgp: dice.once_in(3),
            },
            has_second_factor: dice.once_in(3),
            waivers: Vec::new(),
            spoilt: None,
        };
        if dice.once_in(2) {
            person.waivers.push(waiver(place, &canonical, sender));
            if !dice.once_in(3) {
                let (name, spoil) = dice.of(&SPOILT);
                person.spoilt = Some(name);
                spoil(&mut person.waivers);
            }
        }
        person
    }

    fn known(&self, recipient: Recipient) -> Recipient {
        let agreement = self.term.json();
        Recipient {
            internal: self.is_internal,
            party: self.party,
            baa: self.baa,
            agreement: agreement.map(|dates| serde_json::from_value(dates).unwrap()),
            evidence: self.evidence.clone(),
            keys: self.keys,
            authentication: if self.has_second_factor {
                Some(Authentication::SecondFactor)
            } else {
                None
            },
            waivers: self.waivers.clone(),
            ..recipient
        }
    }
}

/// Nothing, a known name, or one that is nearly known.
fn named(known: &[&'static str], misspelt: &[&'static str], dice: &mut Dice) -> Option<&'static str> {
    match dice.below(24) {
        0..12 => None,
        23 => Some(dice.of(misspelt)),
        _ => Some(dice.of(known)),
    }
}

fn content(dice: &mut Dice) -> Content {
    let mut content = Content {
        complete: !dice.once_in(6),
        subject_level: Level::None,
        ..Content::default()
    };
    let found = &mut content.classification;
    found.level = dice.of(&[
        Level::None,
        Level::None,
        Level::Personal,
        Level::Sensitive,
        Level::Critical,
    ]);
    found.implied_phi = dice.once_in(8);
    let categories = [
        vec![],
        vec![Category::Phi],
        vec![Category::Phi, Category::ClinicalData],
        vec![Category::Financial],
        vec![Category::Custom("research".into())],
        vec![Category::Custom("reserch".into())],
    ];
    let which = dice.below(24);
    found.categories = categories[if which == 23 { 5 } else { which % 5 }]
        .iter()
        .cloned()
        .collect();
    if dice.once_in(6) {
        content.triggers.insert("secure".into());
    }
    if dice.once_in(8) {
        content
            .anomalies
            .insert(dice.of(&["boundary-unclosed", "name-conflict"]).into());
    }
    content
}

fn evidence(dice: &mut Dice) -> Evidence {
    let kinds = [
        EvidenceKind::LastDelivery,
        EvidenceKind::MtaStsEnforce,
        EvidenceKind::Dane,
        EvidenceKind::Probe,
        EvidenceKind::MtaStsTesting,
        EvidenceKind::StaticTable,
        EvidenceKind::Local,
    ];
    let known = if dice.once_in(4) { kinds.len() } else { kinds.len() - 1 };
    let kind = dice.of(&kinds[..known]);
    let hours = dice.of(&[0, 1, 30, 200]);
    let observed = NOW.as_millis() - hours * 3_600_000;
    let is_mistimed = dice.once_in(40);
    let at = Timestamp::from_millis(if is_mistimed { observed / 1000 } else { observed });
    let mut evidence = Evidence::new(kind, dice.of(&Transport::ALL), at);
    evidence.failed = kind != EvidenceKind::Local && dice.once_in(5);
    let protocol = match dice.below(80) {
        79 => Some(dice.of(&["TLS1.O", "tlsv9", ""])),
        60..79 => Some(dice.of(&["TLS1.0", "TLSv1", "SSLv3", "TLSv1.1"])),
        30..60 => Some(dice.of(&["TLSv1.3", "TLS1.3"])),
        _ => None,
    };
    evidence.protocol = protocol.map(str::to_owned);
    let suite = match dice.below(80) {
        79 => Some("TLS_AES_265_GCM_SHA384"),
        50..79 => Some("TLS_AES_256_GCM_SHA384"),
        _ => None,
    };
    evidence.suite = suite.map(str::to_owned);
    evidence
}

/// A sound waiver for all that PHI brings along, bound to the sender.
fn waiver(place: usize, recipient: &str, sender: &str) -> Waiver {
    static SOUND: LazyLock<Waiver> = LazyLock::new(|| {
        let text = r#"{"id": "w", "recipient": "x@example.org", "basis": "access-164.524",
            "scope": {"categories": ["phi", "financial"]}, "effective_from": "2026-01-01T00:00:00Z",
            "risk_notice": "2026-01", "alternative_offered": "portal",
            "history": [{"at": "2026-01-01T00:00:00Z", "status": "active", "actor": "desk"}]}"#;
        sealwax::json::waiver(text).unwrap()
    });
    Waiver {
        id: format!("w{place}"),
        recipient: recipient.parse().unwrap(),
        sender: Some(sender.parse().unwrap()),
        ..SOUND.clone()
    }
}

pub(crate) const UNKNOWN_CATEGORY: &str = "unknown category";
pub(crate) const SECONDS: &str = "seconds";

type Spoil = fn(&mut Vec<Waiver>);

/// Each way in which a waiver covers nothing. The last two are facts that no policy knows.
const SPOILT: [(&str, Spoil); 24] = [
    ("no id", |all| all[0].id.clear()),
    ("blank id", |all| all[0].id = " ".into()),
    ("no notice", |all| all[0].risk_notice = None),
    ("blank notice", |all| all[0].risk_notice = Some(" ".into())),
    ("no alternative", |all| all[0].alternative_offered = None),
    ("blank alternative", |all| {
        all[0].alternative_offered = Some("\t".into());
    }),
    ("revoked", |all| all[0].history.push(change(-2, Status::Revoked))),
    ("revoked, then active", |all| {
        all[0].history.push(change(-2, Status::Revoked));
        all[0].history.push(change(-1, Status::Active));
    }),
    ("suspended", |all| all[0].history.push(change(-1, Status::Suspended))),
    ("only proposed", |all| all[0].history[0].status = Status::Proposed),
    ("no history", |all| all[0].history.clear()),
    ("ended", |all| all[0].expires = Some(hours(0))),
    ("not begun", |all| all[0].effective_from = hours(1)),
    ("active later", |all| all[0].history[0].at = hours(1)),
    ("two records of one id", |all| {
        all.push(all[0].clone());
        all[1].review_by = Some(hours(9));
    }),
    ("another recipient", |all| {
        all[0].recipient = "\"*\"@example.org".parse().unwrap();
    }),
    ("another sender", |all| {
        all[0].sender = Some("x@evil.example".parse().unwrap());
    }),
    ("another group", |all| all[0].group = Some("Desk".into())),
    ("another entity", |all| all[0].entity = Some("Clinic".into())),
    ("undeclared purpose", |all| {
        all[0].scope.purposes = ["Billing".to_owned()].into();
    }),
    ("spoken without a record", |all| {
        all[0].expression = Some(Expression {
            form: Form::Oral,
            artefact_sha256: None,
        });
    }),
    ("for letters", |all| {
        all[0].scope.communications = ["letter".to_owned()].into();
    }),
    (UNKNOWN_CATEGORY, |all| {
        all[0].scope.categories.insert(Category::Custom("reserch".into()));
    }),
    (SECONDS, |all| {
        all[0].effective_from = Timestamp::from_millis(1_767_225_600);
    }),
];

fn hours(hours: i64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis() + hours * 3_600_000)
}

fn change(at: i64, status: Status) -> Change {
    Change {
        at: hours(at),
        status,
        actor: "desk".into(),
        reason: String::new(),
        entered_at: None,
    }
}
