//! Deciding by policy beside general policy languages: the same rules and the same facts for each, in turns.
//!
//! Prints two tables: a decision with 16 and with 1,000 rules by each engine, and the loading of a policy with its proof.
//! The rules ask for the message's level and purpose; before anything is measured, all engines must give the same
//! answers.

use std::hint::black_box;
use std::str::FromStr;
use std::time::{Duration, Instant};

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use sealwax::classify::{Classification, Level};
use sealwax::policy::{Content, MessageProtection, Policy, Resources};
use sealwax::{Timestamp, Transaction};

/// One engine that holds a policy: whether it wants the message sealed.
struct Engine {
    name: &'static str,
    asks_for_sealing: Box<dyn FnMut() -> bool>,
}

fn main() {
    println!("| rules | engine | ns a decision | times as long |\n| ---: | --- | ---: | ---: |");
    for rules in [16, 1_000] {
        decide(rules);
    }
    println!("\n| rules | load with proof, ms |\n| ---: | ---: |");
    for rules in [16, 256, 1_000, 4_000] {
        println!("| {rules} | {:.2} |", load(rules));
    }
}

/// Measures the engines in turns over the message that the last rule is about.
fn decide(rules: usize) {
    let last = format!("p{}", rules - 1);
    for (purpose, expected) in [(last.as_str(), true), ("other", false)] {
        for mut engine in engines(rules, purpose) {
            assert_eq!((engine.asks_for_sealing)(), expected, "{} {purpose}", engine.name);
        }
    }
    let mut engines = engines(rules, &last);
    let mut rounds: Vec<Vec<f64>> = vec![Vec::new(); engines.len()];
    let repeats: Vec<u32> = engines.iter_mut().map(repeats).collect();
    let end = Instant::now() + Duration::from_secs(10);
    while Instant::now() < end {
        for ((engine, repeats), rounds) in engines.iter_mut().zip(&repeats).zip(&mut rounds) {
            rounds.push(round(engine, *repeats));
        }
    }
    let medians: Vec<f64> = rounds.into_iter().map(median).collect();
    for (engine, nanos) in engines.iter().zip(&medians) {
        println!("| {rules} | {} | {nanos:.0} | {:.1} |", engine.name, nanos / medians[0]);
    }
}

/// Sealwax first: the others are measured against it.
fn engines(rules: usize, purpose: &str) -> Vec<Engine> {
    vec![sealwax(rules, purpose), cedar(rules, purpose), rego(rules, purpose)]
}

fn sealwax_policy(rules: usize) -> String {
    let mut text = String::from("purposes = ['other'");
    (0..rules).for_each(|rule| text.push_str(&format!(", 'p{rule}'")));
    text.push_str("]\n");
    for rule in 0..rules {
        text.push_str(&format!(
            "[[rule]]\nid = 'r{rule}'\nwhen = {{ level = 'sensitive', is = {{ purpose = 'p{rule}' }} }}\n\
             require = {{ message = 'sealed' }}\n"
        ));
    }
    text
}

fn sealwax(rules: usize, purpose: &str) -> Engine {
    let policy = Policy::from_toml(&with_default(&sealwax_policy(rules)), &Resources::new()).expect("a policy");
    let content = Content {
        classification: Classification {
            level: Level::Sensitive,
            ..Classification::default()
        },
        complete: true,
        ..Content::default()
    };
    let mut transaction = Transaction::from("ann@clinic.example").unwrap().to("bob@example.org").unwrap();
    transaction.purpose = Some(purpose.to_owned());
    Engine {
        name: "sealwax, a whole delivery with its reasons",
        asks_for_sealing: Box::new(move || {
            let deliveries = policy.decide(black_box(&content), black_box(&transaction), Timestamp::EPOCH).expect("the facts are known");
            deliveries[0].requirement.message >= MessageProtection::Sealed
        }),
    }
}

/// A policy that asks for a purpose says which one holds when none is given.
fn with_default(policy: &str) -> String {
    format!("defaults = {{ purpose = 'other' }}\n{policy}")
}

fn cedar(rules: usize, purpose: &str) -> Engine {
    let mut text = String::from("permit(principal, action, resource);\n");
    for rule in 0..rules {
        text.push_str(&format!(
            "forbid(principal, action, resource) when {{ context.level >= 2 && context.purpose == \"p{rule}\" }};\n"
        ));
    }
    let policies = PolicySet::from_str(&text).expect("a policy set");
    let uid = |text: &str| EntityUid::from_str(text).expect("an entity");
    let facts = serde_json::json!({"level": 2, "purpose": purpose});
    let context = Context::from_json_value(facts, None).expect("a context");
    let request = Request::new(
        uid("User::\"ann\""),
        uid("Action::\"send\""),
        uid("Mail::\"m\""),
        context,
        None,
    )
    .expect("a request");
    let (authorizer, entities) = (Authorizer::new(), Entities::empty());
    Engine {
        name: "cedar-policy, whether it may leave unsealed",
        asks_for_sealing: Box::new(move || {
            let answer = authorizer.is_authorized(black_box(&request), &policies, &entities);
            answer.decision() == Decision::Deny
        }),
    }
}

fn rego(rules: usize, purpose: &str) -> Engine {
    let mut text = String::from("package mail\nimport rego.v1\ndefault sealed := false\n");
    for rule in 0..rules {
        text.push_str(&format!(
            "sealed if {{ input.level >= 2; input.purpose == \"p{rule}\" }}\n"
        ));
    }
    let mut engine = regorus::Engine::new();
    engine.add_policy("mail.rego".into(), text).expect("a policy");
    let facts = format!("{{\"level\": 2, \"purpose\": \"{purpose}\"}}");
    let facts = regorus::Value::from_json_str(&facts).expect("facts");
    Engine {
        name: "regorus, whether it must be sealed",
        asks_for_sealing: Box::new(move || {
            engine.set_input(black_box(facts.clone()));
            engine.eval_rule("data.mail.sealed".into()).expect("an answer") == regorus::Value::from(true)
        }),
    }
}

/// How often an engine is asked in one round, so that a round is long enough for the clock.
fn repeats(engine: &mut Engine) -> u32 {
    let nanos = round(engine, 1).min(round(engine, 1));
    (ROUND_NANOS / nanos.max(1.0)).clamp(1.0, 100_000.0) as u32
}

fn round(engine: &mut Engine, repeats: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..repeats {
        black_box((engine.asks_for_sealing)());
    }
    start.elapsed().as_nanos() as f64 / f64::from(repeats)
}

/// The median time of reading, compiling and proving a policy, in milliseconds.
fn load(rules: usize) -> f64 {
    let text = with_default(&sealwax_policy(rules));
    let read = || {
        let start = Instant::now();
        black_box(Policy::from_toml(black_box(&text), &Resources::new())).expect("a policy");
        start.elapsed().as_secs_f64() * 1e3
    };
    median((0..9).map(|_| read()).collect())
}

fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

const ROUND_NANOS: f64 = 2e6;
