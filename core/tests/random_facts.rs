//! Random policies and 100,000 random deliveries: whatever is written otherwise, misspelt, spoilt or hidden in headers,
//! either the call is an error that names its place, or no delivery is weaker than the strictest reading of its input.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod random;

use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{TestCaseResult, TestRunner};
use sealwax::classify::{Category, Level};
use sealwax::engine::{Engine, EvaluateErrorKind};
use sealwax::policy::{Content, Delivery, FactError, Policy, Resources};
use sealwax::{Address, Transaction};

use random::Dice;
use random::house::House;
use random::letter::{CANARY, HIDDEN, Letter};
use random::mail::{Mail, NOW};
use random::oracle::{Oracle, has_unknown};

const POLICIES: usize = 24;
/// Of so many of them engines are built, which read whole messages.
const ENGINES: usize = 2;
/// Of so many transactions each has eight recipients; some are errors.
const TRANSACTIONS: u32 = 20_500;
const DELIVERIES: usize = 100_000;
/// One of so many transactions is that of a whole message.
const LETTER: usize = 100;

struct World {
    houses: Vec<(House, Policy)>,
    /// Those of the first policies.
    engines: Vec<Engine>,
    deliveries: Cell<usize>,
    letters: Cell<usize>,
    sealed: Cell<usize>,
    waived: Cell<usize>,
    refused: Cell<usize>,
    unknown: Cell<usize>,
}

fn count(cell: &Cell<usize>, more: usize) {
    cell.set(cell.get() + more);
}

fn numbers(count: usize) -> impl Strategy<Value = Vec<u16>> {
    vec(any::<u16>(), count)
}

fn configuration() -> ProptestConfig {
    let given = ProptestConfig::default();
    ProptestConfig {
        cases: given.cases.max(TRANSACTIONS),
        failure_persistence: None,
        max_shrink_iters: 500,
        ..given
    }
}

#[test]
fn no_delivery_is_weaker_than_the_strictest_reading_of_its_input() {
    let mut runner = TestRunner::new(configuration());
    let world = World::draw(&mut runner);
    let checked = runner.run(&numbers(500), |numbers| world.check(&mut Dice::new(numbers)));
    assert!(checked.is_ok(), "{}", checked.unwrap_err());
    // How many seal or are waived hangs on the policies that a seed draws.
    let counts = [
        ("deliveries", &world.deliveries, DELIVERIES),
        ("deliveries of whole messages", &world.letters, 500),
        ("ways of them that seal", &world.sealed, 1),
        ("under a waiver", &world.waived, 1),
        ("transactions refused for an address", &world.refused, 500),
        ("transactions refused for a fact", &world.unknown, 1_000),
    ];
    for (what, count, least) in counts {
        println!("{what}: {}", count.get());
        assert!(count.get() >= least, "{what}: {}", count.get());
    }
}

/// A fact that a host or the engine might lose.
type Loss = fn(&mut Mail);

const LOSSES: [(&str, Loss); 9] = [
    ("flags", |mail| mail.flags.clear()),
    ("groups", |mail| mail.groups.clear()),
    ("the sender", |mail| {
        "x@nowhere.example".clone_into(&mut mail.sender.canonical);
    }),
    ("a purpose", |mail| mail.purpose = None),
    ("REQUIRETLS", |mail| mail.require_tls = false),
    ("a trigger", |mail| mail.content.triggers.clear()),
    ("a category", |mail| mail.content.classification.categories.clear()),
    ("the weakness of a connection", |mail| {
        let evidence = mail.people.iter_mut().flat_map(|person| &mut person.evidence);
        evidence.for_each(|seen| seen.protocol = None);
    }),
    ("what is wrong with a waiver", |mail| {
        let waivers = mail.people.iter_mut().flat_map(|person| &mut person.waivers);
        waivers.for_each(|waiver| waiver.risk_notice = Some("2026-01".into()));
    }),
];

#[test]
fn the_oracle_notices_every_kind_of_fact_that_is_lost() {
    let mut runner = TestRunner::new(configuration());
    let world = World::draw(&mut runner);
    for (what, lose) in LOSSES {
        let is_noticed = (0..2_000).any(|_| {
            let numbers = numbers(500).new_tree(&mut runner).unwrap().current();
            let mut dice = Dice::new(numbers);
            let (house, policy) = &world.houses[dice.below(POLICIES)];
            let (mail, mut poorer) = (Mail::draw(&mut dice.clone()), Mail::draw(&mut dice));
            lose(&mut poorer);
            let found = policy.decide(&poorer.content, &poorer.transaction(false).unwrap(), NOW);
            let deliveries = found.unwrap_or_default();
            deliveries.iter().zip(&mail.people).any(|(delivery, person)| {
                let mail = &mail;
                Oracle { house, mail, person }.weaker(delivery).is_some()
            })
        });
        assert!(is_noticed, "{what}");
    }
}

impl World {
    fn draw(runner: &mut TestRunner) -> Self {
        let mut houses = Vec::new();
        let mut engines = Vec::new();
        for _ in 0..POLICIES {
            let tree = numbers(300).new_tree(runner).unwrap();
            let mut dice = Dice::new(tree.current());
            // Of every seed half of the policies refuse what they do not know, so that as many deliveries are left.
            let house = House::draw(houses.len() % 2 == 0, &mut dice);
            let text = house.json(&mut dice).to_string();
            let policy = Policy::from_json(&text, &Resources::new());
            let policy = policy.unwrap_or_else(|error| panic!("{error}: {text}"));
            houses.push((house, policy));
            if engines.len() < ENGINES {
                engines.push(Engine::builder().policy_json(text).build().unwrap());
            }
        }
        Self {
            houses,
            engines,
            deliveries: Cell::default(),
            letters: Cell::default(),
            sealed: Cell::default(),
            waived: Cell::default(),
            refused: Cell::default(),
            unknown: Cell::default(),
        }
    }

    fn check(&self, dice: &mut Dice) -> TestCaseResult {
        let which = dice.below(self.houses.len());
        let (house, policy) = &self.houses[which];
        let is_letter = dice.once_in(LETTER / POLICIES * ENGINES);
        let mut mail = Mail::draw(dice);
        let plain = mail.transaction(false).unwrap();
        let written = mail.transaction(true);
        if mail.is_refused() {
            let error = written.err();
            prop_assert!(error.is_some(), "taken: {mail:?}");
            let shown = error.unwrap().to_string();
            prop_assert!(shown.contains(", at ") && !shown.contains("evil"), "{shown}");
            count(&self.refused, 1);
            return Ok(());
        }
        let written = written.map_err(|error| TestCaseError::fail(format!("{error}: {mail:?}")))?;
        prop_assert_eq!(&written, &plain, "an address is not what it says: {:?}", &mail);
        if let Some(engine) = self.engines.get(which).filter(|_| is_letter) {
            return self.check_letter(house, engine, &mut mail, &written, dice);
        }
        let found = policy.decide(&mail.content, &written, NOW);
        let Some(deliveries) = self.answered(house, &mail, found)? else {
            return Ok(());
        };
        self.check_deliveries(house, &mail, &deliveries)
    }

    /// The deliveries; `None` where a fact was refused, as it must be.
    fn answered<T>(&self, house: &House, mail: &Mail, found: Result<T, FactError>) -> Result<Option<T>, TestCaseError> {
        let is_refused = has_unknown(mail) && !house.is_strictest;
        match found {
            Ok(found) => {
                prop_assert!(!is_refused, "an unknown fact is taken: {mail:?}");
                Ok(Some(found))
            }
            Err(error) => {
                prop_assert!(is_refused, "{error}: {mail:?}");
                prop_assert!(error.to_string().contains(error.field()), "{error}");
                let place = error.recipient().unwrap_or(1);
                prop_assert!((1..=mail.people.len()).contains(&place), "{error}");
                count(&self.unknown, 1);
                Ok(None)
            }
        }
    }

    fn check_deliveries(&self, house: &House, mail: &Mail, deliveries: &[Delivery]) -> TestCaseResult {
        prop_assert_eq!(deliveries.len(), mail.people.len());
        for (delivery, person) in deliveries.iter().zip(&mail.people) {
            let address: Address = person.address.canonical.parse().unwrap();
            prop_assert_eq!(&delivery.recipient, &address);
            let oracle = Oracle { house, mail, person };
            let weaker = oracle.weaker(delivery);
            prop_assert!(
                weaker.is_none(),
                "{weaker:?}\n{delivery:?}\n{person:?}\n{mail:?}\n{house:?}"
            );
            count(&self.waived, usize::from(delivery.waiver.is_some()));
        }
        count(&self.deliveries, deliveries.len());
        Ok(())
    }

    /// The same for a whole message, whose content the engine finds and the oracle knows because it was planted.
    fn check_letter(
        &self,
        house: &House,
        engine: &Engine,
        mail: &mut Mail,
        transaction: &Transaction,
        dice: &mut Dice,
    ) -> TestCaseResult {
        let letter = Letter::draw(dice);
        mail.content = planted(&letter);
        let found = engine.evaluate(letter.raw.as_bytes(), transaction, NOW);
        let found = found.map_err(|error| {
            assert_eq!(error.kind(), EvaluateErrorKind::Fact, "{error}");
            error.fact().unwrap().clone()
        });
        let Some(verdict) = self.answered(house, mail, found)? else {
            return Ok(());
        };
        self.check_deliveries(house, mail, &verdict.deliveries)?;
        count(&self.letters, verdict.deliveries.len());
        for delivery in &verdict.deliveries {
            self.check_outside(delivery, letter.raw.as_bytes())?;
        }
        Ok(())
    }

    /// Nobody who was hidden is shown, and nothing that was planted stands outside of a seal.
    fn check_outside(&self, delivery: &Delivery, raw: &[u8]) -> TestCaseResult {
        let fallback = delivery.fallback.as_ref();
        let ways = [
            (delivery.method, delivery.outer(raw)),
            (
                fallback.and_then(|fallback| fallback.method),
                fallback.and_then(|fallback| fallback.outer(raw)),
            ),
        ];
        for (method, outer) in ways {
            let (Some(method), Some(outer)) = (method, outer) else {
                continue;
            };
            let outer = String::from_utf8(outer).unwrap().to_lowercase();
            prop_assert!(!outer.contains(HIDDEN), "{method}: {outer}");
            prop_assert!(!method.is_sealed() || !outer.contains(CANARY), "{method}: {outer}");
            count(&self.sealed, usize::from(method.is_sealed()));
        }
        Ok(())
    }
}

fn planted(letter: &Letter) -> Content {
    let mut content = Content {
        complete: true,
        subject_level: Level::None,
        ..Content::default()
    };
    if letter.is_phi {
        content.classification.categories.insert(Category::Phi);
    }
    if letter.is_tagged {
        content.triggers.insert("secure".into());
    }
    content
}
