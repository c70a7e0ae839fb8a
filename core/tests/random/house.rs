//! A policy, as the oracle reads it and as the engine is given it.

use sealwax::classify::{Category, Level};
use sealwax::evidence::Transport;
use sealwax::policy::{AuditLevel, CryptoFloor, Disposition, MessageProtection, Requirement};
use sealwax::{BaaState, Party};
use serde_json::{Value, json};

use super::Dice;
use super::written::{decorated, domain};

pub(crate) const ACCOUNTS: [&str; 2] = ["east", "west"];
pub(crate) const FLAGS: [&str; 2] = ["vip", "board"];
pub(crate) const GROUPS: [&str; 2] = ["desk", "research"];
pub(crate) const PURPOSES: [&str; 3] = ["billing", "newsletter", "results"];
pub(crate) const STREAMS: [&str; 2] = ["business", "bulk"];
pub(crate) const SETS: [(&str, &[&str]); 2] = [
    ("labs", &["lab.example", "*.lab.example"]),
    ("books", &["xn--bcher-kva.example"]),
];
/// Who is in the group `desk`; nobody is in `research` but whom the host puts there.
pub(crate) const DESK: [&str; 2] = ["ann@clinic.example", "*.desk.example"];
pub(crate) const HOUSE: [&str; 2] = ["clinic.example", "*.clinic.example"];
pub(crate) const DEFAULT_ACCOUNT: &str = "west";
pub(crate) const DEFAULT_PURPOSE: &str = "results";

#[derive(Debug)]
pub(crate) struct House {
    pub(crate) is_strictest: bool,
    pub(crate) baseline: Requirement,
    pub(crate) rules: Vec<(Vec<When>, Requirement)>,
    pub(crate) floors: Vec<Floor>,
    pub(crate) partners: Vec<Partner>,
    pub(crate) set_party: Option<Party>,
    pub(crate) distrusted: Vec<&'static str>,
    pub(crate) relax_floor: Option<Requirement>,
    pub(crate) trigger: Requirement,
    pub(crate) is_organization: bool,
    pub(crate) default_recipient: Option<Party>,
}

/// A condition of a rule.
#[derive(Clone, Debug)]
pub(crate) enum When {
    Account(&'static str),
    Category(Category),
    External,
    Flag(&'static str),
    Group(&'static str),
    Incomplete,
    LacksBaa(BaaState),
    LacksParty(Party),
    LacksTransport(Transport),
    Level(Level),
    NotPurpose(&'static str),
    NotSet(&'static str),
    Purpose(&'static str),
    Set(&'static str),
    Stream(&'static str),
    Trigger,
}

#[derive(Debug)]
pub(crate) struct Floor {
    pub(crate) scope: &'static str,
    pub(crate) of: &'static str,
    pub(crate) require: Requirement,
    pub(crate) is_waivable: bool,
}

#[derive(Debug)]
pub(crate) struct Partner {
    pub(crate) members: [&'static str; 2],
    pub(crate) baa: BaaState,
    pub(crate) term: Term,
    pub(crate) party: Option<Party>,
    pub(crate) transport: Option<Transport>,
}

/// How an agreement stands in November 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Term {
    Undated,
    Ended,
    NotBegun,
    Stands,
}

impl Term {
    pub(crate) const ALL: [Self; 4] = [Self::Undated, Self::Ended, Self::NotBegun, Self::Stands];

    pub(crate) fn json(self) -> Option<Value> {
        match self {
            Self::Undated => None,
            Self::Ended => Some(json!({"date": "2020-01-01", "end": "2026-11-26"})),
            Self::NotBegun => Some(json!({"date": "2026-11-28"})),
            Self::Stands => Some(json!({"date": "2026-11-27", "end": "2026-11-27"})),
        }
    }
}

pub(crate) const BAA: [BaaState; 5] = [
    BaaState::Unknown,
    BaaState::Signed,
    BaaState::NotNeeded,
    BaaState::None,
    BaaState::PhiForbidden,
];
pub(crate) const PARTIES: [Option<Party>; 4] = [
    None,
    Some(Party::Individual),
    Some(Party::Unknown),
    Some(Party::Organization),
];

impl House {
    pub(crate) fn draw(is_strictest: bool, dice: &mut Dice) -> Self {
        let floors = [
            ("account", "east"),
            ("domain", "clinic.example"),
            ("domain", "xn--bcher-kva.example"),
            ("group", "desk"),
            ("group", "research"),
            ("user", "ann@clinic.example"),
        ];
        let floors = floors.into_iter().filter_map(|(scope, of)| {
            let floor = Floor {
                scope,
                of,
                require: requirement(dice),
                is_waivable: dice.once_in(2),
            };
            (!dice.once_in(3)).then_some(floor)
        });
        Self {
            floors: floors.collect(),
            is_strictest,
            baseline: if dice.once_in(3) {
                requirement(dice)
            } else {
                Requirement::NONE
            },
            rules: (0..dice.below(7)).map(|_| (whens(dice), requirement(dice))).collect(),
            partners: [["west.example", "*.west.example"], ["east.lab.example", "lab.example"]]
                .map(|members| Partner::draw(members, dice))
                .into(),
            set_party: dice.of(&PARTIES),
            distrusted: dice.of(&[
                vec![],
                vec!["xn--bcher-kva.example"],
                vec!["*.lab.example", "example.org"],
            ]),
            relax_floor: (!dice.once_in(3)).then(|| match dice.below(3) {
                0 => Requirement::NONE,
                1 => Requirement {
                    transport: Transport::Encrypted,
                    ..Requirement::NONE
                },
                _ => requirement(dice),
            }),
            trigger: dice.of(&[
                Requirement {
                    message: MessageProtection::Sealed,
                    ..Requirement::NONE
                },
                Requirement {
                    transport: Transport::Dane,
                    ..Requirement::NONE
                },
            ]),
            is_organization: dice.once_in(2),
            default_recipient: dice.of(&PARTIES),
        }
    }

    /// The policy file, its people written in one of many ways.
    pub(crate) fn json(&self, dice: &mut Dice) -> Value {
        let mut policy = json!({
            "name": "random",
            "unknown_facts": if self.is_strictest { "strictest" } else { "error" },
            "baseline": self.baseline,
            "accounts": ACCOUNTS, "categories": ["research"], "flags": FLAGS, "purposes": PURPOSES,
            "defaults": {"purpose": DEFAULT_PURPOSE, "stream": "business", "account": DEFAULT_ACCOUNT},
            "stream": [{"name": "business"}, {"name": "bulk", "on_unmet": "return"}],
            "group": [{"name": "desk", "members": patterns(&DESK, dice)}, {"name": "research"}],
            "recipients": SETS.map(|(name, members)| json!({"name": name, "members": patterns(members, dice)})),
            "trigger": [{"name": "secure", "subject": ["[secure]"], "require": self.trigger}],
            "distrusted_tls": patterns(&self.distrusted, dice),
            "floor": self.floors.iter().map(|floor| floor.json(dice)).collect::<Vec<_>>(),
            "partner": self.partners.iter().enumerate().map(|(at, one)| one.json(at, dice)).collect::<Vec<_>>(),
            "rule": self.rules.iter().enumerate().map(rule).collect::<Vec<_>>(),
        });
        if let Some(floor) = self.relax_floor {
            policy["relax_floor"] = json!(floor);
        }
        if let Some(party) = self.set_party {
            policy["recipients"][0]["party"] = json!(party);
        }
        if let Some(party) = self.default_recipient {
            policy["default_recipient"] = json!(party);
        }
        if self.is_organization {
            policy["organization"] = json!({"domains": patterns(&HOUSE, dice)});
        }
        policy
    }
}

impl Floor {
    fn json(&self, dice: &mut Dice) -> Value {
        let of = match self.scope {
            "domain" => domain(self.of, dice),
            // A policy file refuses a tab there, as every control character in a line.
            "user" => decorated(self.of, dice).replace('\t', " "),
            _ => self.of.to_owned(),
        };
        json!({"scope": self.scope, "of": of, "require": self.require, "waivable": self.is_waivable})
    }
}

impl Partner {
    /// A partner that contradicts itself in nothing: only an agreement has dates, and only organisations have one.
    fn draw(members: [&'static str; 2], dice: &mut Dice) -> Self {
        let (baa, term, party) = (dice.of(&BAA), dice.of(&Term::ALL), dice.of(&PARTIES));
        let is_made = matches!(baa, BaaState::Signed | BaaState::PhiForbidden);
        Self {
            members,
            baa,
            term: if is_made { term } else { Term::Undated },
            party: party.filter(|_| !is_made && baa != BaaState::None),
            transport: dice.of(&[None, Some(Transport::Encrypted), Some(Transport::Verified)]),
        }
    }

    fn json(&self, at: usize, dice: &mut Dice) -> Value {
        let members = patterns(&self.members, dice);
        let mut partner = json!({"name": format!("p{at}"), "members": members, "baa": self.baa});
        let others = [
            ("agreement", self.term.json()),
            ("party", self.party.map(|party| json!(party))),
            ("transport", self.transport.map(|level| json!(level))),
        ];
        for (key, value) in others {
            if let Some(value) = value {
                partner[key] = value;
            }
        }
        partner
    }
}

impl When {
    fn write(&self, when: &mut Value) {
        match self {
            Self::Account(name) => when["is"]["account"] = json!(name),
            Self::Category(category) => when["category"] = json!(category),
            Self::External => when["is"]["direction"] = json!("external"),
            Self::Flag(name) => when["flag"] = json!(name),
            Self::Group(name) => when["is"]["group"] = json!(name),
            Self::Incomplete => when["incomplete"] = json!(true),
            Self::LacksBaa(least) => when["lacks"]["baa"] = json!(least),
            Self::LacksParty(least) => when["lacks"]["party"] = json!(least),
            Self::LacksTransport(least) => when["lacks"]["transport"] = json!(least),
            Self::Level(least) => when["level"] = json!(least),
            Self::NotPurpose(name) => when["not"]["purpose"] = json!(name),
            Self::NotSet(name) => when["not"]["recipients"] = json!(name),
            Self::Purpose(name) => when["is"]["purpose"] = json!(name),
            Self::Set(name) => when["is"]["recipients"] = json!(name),
            Self::Stream(name) => when["is"]["stream"] = json!(name),
            Self::Trigger => when["trigger"] = json!("secure"),
        }
    }
}

fn rule((at, (whens, require)): (usize, &(Vec<When>, Requirement))) -> Value {
    let mut when = json!({});
    for one in whens {
        one.write(&mut when);
    }
    json!({"id": format!("r{at}"), "when": when, "require": require})
}

fn patterns(patterns: &[&str], dice: &mut Dice) -> Vec<String> {
    let written = |pattern: &&str| match (pattern.strip_prefix("*."), pattern.contains('@')) {
        (Some(parent), _) => format!(" *.{} ", domain(parent, dice)),
        (None, true) => decorated(pattern, dice),
        (None, false) => domain(pattern, dice),
    };
    patterns.iter().map(written).collect()
}

/// One or two conditions of different kinds.
fn whens(dice: &mut Dice) -> Vec<When> {
    let content = match dice.below(6) {
        0 => When::Level(dice.of(&[Level::Personal, Level::Sensitive])),
        1 => When::Category(dice.of(&[Category::Phi, Category::Financial, Category::Custom("research".into())])),
        2 => When::Flag(dice.of(&FLAGS)),
        3 => When::Trigger,
        4 => When::Incomplete,
        _ => When::LacksTransport(dice.of(&[Transport::Encrypted, Transport::Verified, Transport::Dane])),
    };
    let around = match dice.below(10) {
        0 => When::Account(dice.of(&ACCOUNTS)),
        1 => When::External,
        2 => When::Group(dice.of(&GROUPS)),
        3 => When::LacksBaa(dice.of(&[BaaState::Unknown, BaaState::NotNeeded, BaaState::Signed])),
        4 => When::LacksParty(dice.of(&[Party::Unknown, Party::Individual])),
        5 => When::NotPurpose(dice.of(&PURPOSES)),
        6 => When::NotSet(dice.of(&SETS).0),
        7 => When::Purpose(dice.of(&PURPOSES)),
        8 => When::Set(dice.of(&SETS).0),
        _ => When::Stream(dice.of(&STREAMS)),
    };
    match dice.below(3) {
        0 => vec![content],
        1 => vec![around],
        _ => vec![content, around],
    }
}

fn requirement(dice: &mut Dice) -> Requirement {
    let none = Requirement::NONE;
    match dice.below(8) {
        0 | 1 => Requirement {
            transport: dice.of(&[Transport::Verified, Transport::Dane]),
            ..none
        },
        2 => Requirement {
            message: MessageProtection::Sealed,
            ..none
        },
        3 => Requirement {
            message: MessageProtection::SealedAuthenticated,
            ..none
        },
        4 => Requirement {
            crypto: dice.of(&[CryptoFloor::ForwardSecretAead, CryptoFloor::Aes256Only]),
            ..none
        },
        5 => Requirement {
            disposition: dice.of(&[Disposition::RequireApproval, Disposition::Hold, Disposition::Return]),
            ..none
        },
        6 => Requirement {
            post_quantum: true,
            ..none
        },
        _ => Requirement {
            audit: AuditLevel::Full,
            retention_days: 30,
            ..none
        },
    }
}
