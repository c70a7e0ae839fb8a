//! Puts findings together to what a message is.

use std::collections::BTreeSet;

use super::composition::{Composed, Composition};
use super::evidence::{is_health, is_strong, is_weak};
use super::tally::{Tally, titles};
use super::{Category, Classification, Context, Gathered, Level, Participants};
use crate::detect::{Finding, SURE, Sense, Strength};
use crate::message::Place;
use crate::text::{Structure, View};

/// The findings of one text unit.
#[derive(Clone, Debug)]
pub struct Scanned<'a> {
    /// Where the unit stands.
    pub place: &'a Place,
    /// What its text is made of, in places of the original.
    pub structure: Structure,
    /// What was found in it.
    pub findings: &'a [Finding],
}

impl<'a> Scanned<'a> {
    /// Those of the text of `view`, which stands at `place`.
    #[must_use]
    pub fn new(place: &'a Place, view: &View<'_>, findings: &'a [Finding]) -> Self {
        Self {
            place,
            structure: structure(view),
            findings,
        }
    }
}

/// What the text of `view` is made of, in places of the original.
pub(crate) fn structure(view: &View<'_>) -> Structure {
    let structure = Structure::of(view.text());
    if std::ptr::eq(view.text(), view.original()) {
        return structure; // folding changed nothing, so that each place is that of the original
    }
    structure.mapped(|place| view.span(place..place.saturating_add(1)).start)
}

/// Says what a message is whose units were scanned.
///
/// PHI is an identifier and health context together (45 CFR 160.103); either alone is not. The health context may come
/// from `context` instead: then the recipient's address is the identifier, and the PHI is implied. What nobody read (a
/// picture, a fax, a sound) is taken for the identifier beside words of health, and for all of it where it stands alone.
///
/// ```
/// # use sealwax::classify::{classify, Category, Context, Level, Scanned};
/// # use sealwax::detect::Scanner;
/// # use sealwax::message::{PartPath, Place};
/// # use sealwax::text::View;
/// let view = View::fold("MRN 38857281, diagnosed with type 2 diabetes mellitus");
/// let findings = Scanner::builder().build()?.scan(&view);
/// let place = Place::Part(PartPath::root().child(1));
/// let classification = classify(&[Scanned::new(&place, &view, &findings)], &Context::default());
/// assert!(classification.is(&Category::Phi));
/// assert_eq!(classification.level, Level::Sensitive);
/// # Ok::<(), sealwax::detect::DetectError>(())
/// ```
#[must_use]
pub fn classify(units: &[Scanned<'_>], context: &Context) -> Classification {
    gathered(units, context.participants.clone()).classification(context)
}

fn gathered(units: &[Scanned<'_>], participants: Participants) -> Gathered<'static> {
    let mut gathered = Gathered::new(usize::MAX, participants, Composition::built_in());
    for unit in units {
        gathered.begin(unit.place, unit.structure.clone());
        unit.findings.iter().for_each(|finding| gathered.add(finding));
        gathered.end();
    }
    gathered
}

/// What a message is whose findings are gathered.
pub(super) fn composed(gathered: &Gathered<'_>, context: &Context) -> Classification {
    let tally = &gathered.tally;
    let mut message = Classification {
        counts: tally.counts(),
        ..Classification::default()
    };
    add_identifiers(tally, context, &mut message);
    add_phi(gathered, context, &mut message);
    add_financial(tally, &mut message);
    add_credentials(tally, &mut message);
    add_custom(tally, &mut message);
    raise_to_critical(tally, &mut message);
    if let Some(values) = tally.overflow() {
        let reason = format!("more than {values} values: of the others each finding counts as one");
        message.reasons.push(reason);
    }
    message
}

/// Whether what was found tells of somebody's health once it is known whose: one sure term, or several weak ones.
///
/// This is the question that a subject raises, which stands beside the recipient's address.
///
/// ```
/// # use sealwax::classify::{Scanned, tells_of_health};
/// # use sealwax::detect::Scanner;
/// # use sealwax::message::Place;
/// # use sealwax::text::View;
/// let view = View::fold("start chemotherapy for leukemia");
/// let findings = Scanner::builder().build()?.scan(&view);
/// assert!(tells_of_health(&[Scanned::new(&Place::Subject, &view, &findings)]));
/// # Ok::<(), sealwax::detect::DetectError>(())
/// ```
#[must_use]
pub fn tells_of_health(units: &[Scanned<'_>]) -> bool {
    gathered(units, Participants::default()).tells_of_health()
}

/// The same of what is tallied.
pub(super) fn health(tally: &Tally) -> bool {
    let of_health = |finding: &Finding| finding.detector().category().is_some_and(is_health);
    let told_apart = tally
        .values()
        .filter(|finding| of_health(finding))
        .map(Finding::confidence);
    let beyond = tally.beyond().filter(|tallied| of_health(&tallied.finding));
    let beyond = beyond.map(|tallied| tallied.finding.confidence() * f64::from(tallied.times));
    told_apart.sum::<f64>() + beyond.sum::<f64>() >= ENOUGH_HEALTH
}

/// The confidence of one sure term, or of two weak ones.
const ENOUGH_HEALTH: f64 = 0.8;

fn add_identifiers(tally: &Tally, context: &Context, message: &mut Classification) {
    let other = |finding: &&Finding| !context.participants.includes_digest(finding.digest());
    let identifier = |finding: &&Finding| is_strong(finding) || (is_weak(finding) && finding.confidence() >= SURE);
    let titles = titles(tally.findings().filter(identifier).filter(other));
    if !titles.is_empty() {
        raise(message, Level::Personal, Category::PersonalIdentifier);
        message.reasons.push(format!("identifiers: {titles}"));
    }
}

fn add_phi(gathered: &Gathered<'_>, context: &Context, message: &mut Classification) {
    let held = gathered.composed.held(gathered.composition, context);
    let unread = unread(&gathered.composed, context);
    if held.is_none() && !context.implies_health() && unread.is_none() {
        return;
    }
    // Whatever the text adds: rules ask for it, and content must never switch a rule off.
    message.implied_phi = context.implies_health();
    raise(message, Level::Sensitive, Category::Phi);
    let health = of_category(&gathered.tally, is_health);
    let categories = health.filter_map(|finding| finding.detector().category().cloned());
    message.categories.extend(categories);
    message.reasons.push(match held {
        Some(held) => {
            message.rule = Some(held.id);
            held.reason
        }
        None if context.implies_health() => "the list or the sender tells of the recipients' health".to_owned(),
        None => unread.unwrap_or_default(),
    });
}

/// Why what nobody read counts as PHI: words of health or care stand beside it, or nothing else does.
fn unread(composed: &Composed, context: &Context) -> Option<String> {
    let what = context.unread()?;
    if composed.tells_of_health() {
        return Some(format!("{what} beside words of health, and nobody read it"));
    }
    context
        .only_opaque
        .then(|| format!("{what} and hardly a word beside it, and nobody read it"))
}

fn add_financial(tally: &Tally, message: &mut Classification) {
    let financial = || of_category(tally, |category| *category == Category::Financial);
    let sure = |finding: &Finding| {
        finding.confidence() >= SURE || finding.strength() >= Strength::Checksum && finding.is_labelled()
    };
    let accounts = financial().any(sure);
    let pay = speaks_of_pay(tally);
    if !accounts && !pay {
        return;
    }
    raise(message, Level::Sensitive, Category::Financial);
    let what = if accounts {
        titles(financial())
    } else {
        "a taxpayer's number beside pay or taxes".to_owned()
    };
    message.reasons.push(format!("financial: {what}"));
}

/// A taxpayer's number and words of pay or taxes: payroll and tax forms.
fn speaks_of_pay(tally: &Tally) -> bool {
    let pay = tally
        .findings()
        .any(|finding| finding.detector().senses().contains(&Sense::Pay));
    pay && tally
        .findings()
        .any(|finding| TAXPAYER.contains(&finding.detector().label()) && finding.confidence() >= SURE)
}

fn add_credentials(tally: &Tally, message: &mut Classification) {
    let titles = titles(of_category(tally, |category| *category == Category::Credential));
    if !titles.is_empty() {
        raise(message, Level::Sensitive, Category::Credential);
        message.reasons.push(format!("credentials: {titles}"));
    }
}

fn add_custom(tally: &Tally, message: &mut Classification) {
    let custom = of_category(tally, |category| matches!(category, Category::Custom(_)));
    let named: BTreeSet<_> = custom
        .filter_map(|finding| Some((finding.detector().category()?.clone(), finding.detector().title())))
        .collect();
    for (category, title) in named {
        message.reasons.push(format!("{category}: {title}"));
        raise(message, Level::Personal, category);
    }
}

fn raise_to_critical(tally: &Tally, message: &mut Classification) {
    if tally
        .findings()
        .any(|finding| finding.detector().label() == KEY_MATERIAL)
    {
        message.reasons.push("key material".to_owned());
        message.level = Level::Critical;
    }
    if message.level < Level::Sensitive {
        return;
    }
    let individuals = individuals(tally);
    if individuals >= MANY_INDIVIDUALS {
        let most = if tally.overflow().is_some() { "up to " } else { "" };
        message
            .reasons
            .push(format!("{most}{individuals} distinct individuals"));
        message.level = Level::Critical;
    }
}

/// Distinct individuals: the largest number of distinct values of one numbering of persons.
fn individuals(tally: &Tally) -> u32 {
    let count = |label: &&str| tally.count(|finding| is_strong(finding) && finding.detector().label() == *label);
    INDIVIDUAL.iter().map(count).max().unwrap_or_default()
}

/// The level `critical` starts at ten distinct individuals.
const MANY_INDIVIDUALS: u32 = 10;
/// The label of key material.
const KEY_MATERIAL: &str = "PRIVATE_KEY";
/// Labels whose distinct values are distinct individuals.
const INDIVIDUAL: &[&str] = &["HEALTH_PLAN_ID", "MRN", "US_ITIN", "US_MBI", "US_SSN"];
/// Labels of numbers that stand on tax forms.
const TAXPAYER: &[&str] = &["US_ITIN", "US_SSN"];

fn of_category(tally: &Tally, wanted: impl Fn(&Category) -> bool) -> impl Iterator<Item = &Finding> {
    tally
        .findings()
        .filter(move |finding| finding.detector().category().is_some_and(&wanted))
}

fn raise(message: &mut Classification, level: Level, category: Category) {
    message.level = message.level.max(level);
    message.categories.insert(category);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::shared;
    use crate::message::PartPath;
    use crate::text::View;

    fn of(text: &str) -> Classification {
        of_context(text, &Context::default())
    }

    fn of_context(text: &str, context: &Context) -> Classification {
        let view = View::fold(text);
        let findings = shared().scan(&view);
        let place = Place::Part(PartPath::root().child(1));
        classify(&[Scanned::new(&place, &view, &findings)], context)
    }

    #[test]
    fn care_of_one_person_is_phi_whatever_its_drug_or_diagnosis_is_called() {
        for text in [
            "Refill request: Xylulose 20 mg, qty 30 for Brant Cernoch (DOB 1974-07-02).",
            "Please refill Zorbatine for Era Cassells, DOB 27 Apr 1991.",
            "Rickey Caccavale: your Pedorthic Personnel follow-up is due with Dr. Altman. Phone (617) 373-7383.",
            "Hello Kirk Asiedu, you are booked for Slide Preparation with Dr Cedar. To change it call 704.751.7072.",
            "Payment plan for Ella Broering, born 1949-08-03\nReason for visit: Stiffness of right shoulder",
            "Statement for Iva Beneuento (DOB 1982-02-13)\nContusion of left knee  $693.60",
            "Our son was told he has proteinuria. Is there a specialist near us? Call (919) 377-7036",
            "Patient Joan Dack has generalizedanxietydisorder, DOB 02/06/1991",
            "Patient Joan Dack, DOB 02/06/1991: bod yweight 80 kg, lewchemia",
        ] {
            assert!(of(text).is(&Category::Phi), "{text}: {:?}", of(text));
        }
    }

    #[test]
    fn public_talk_of_health_and_cases_of_nobody_are_no_phi() {
        for text in [
            "The quarterback tore his ACL in practice; coach Dan Miller said he is out. Tickets: 617-555-0134.",
            "Open enrollment starts Monday. Compare medical and dental plans; questions to HR at 212-555-0199.",
            "Asthma affects people of all ages. Symptoms include wheezing. Talk to your doctor. Unsubscribe here.",
            "We studied 240 patients with type 2 diabetes. Methods: randomized. Author: Dr. Kim Lee, 415-555-0101.",
            "The clinic is closed on Friday. The nurse line is 206-555-0177. Thanks, Tom Baker",
            "Join the breast cancer walk! Register with Linda Park at linda@run.example or 704-555-0110.",
            "The patient is a 62-year-old male with adenocarcinoma of the prostate. History of hypertension.",
        ] {
            assert!(!of(text).is(&Category::Phi), "{text}: {:?}", of(text));
        }
    }

    #[test]
    fn a_misspelt_word_of_news_takes_nothing_back() {
        let text = |word: &str| format!("Peter Lang has lupus, {word} was said.");
        assert!(!of(&text("press release")).is(&Category::Phi));
        assert!(of(&text("pres releaze")).is(&Category::Phi));
    }

    #[test]
    fn an_identifier_alone_is_personal_and_health_words_alone_are_nothing() {
        assert_eq!(of("Her MRN is 38857281.").level, Level::Personal);
        assert_eq!(of("Diabetes and hypertension are common.").level, Level::None);
    }

    #[test]
    fn both_together_are_phi_and_the_reason_shows_no_value() {
        let classification = of("Her MRN is 38857281, she has diabetes.");
        assert!(classification.is(&Category::Phi) && !classification.implied_phi);
        assert_eq!(classification.level, Level::Sensitive);
        assert!(classification.reasons.iter().all(|reason| !reason.contains("3885")));
    }

    #[test]
    fn a_health_list_implies_phi() {
        let classification = of_context(
            "Our office moves.",
            &Context {
                health_list: true,
                ..Context::default()
            },
        );
        assert!(classification.is(&Category::Phi) && classification.implied_phi);
    }

    #[test]
    fn phi_in_the_text_does_not_take_back_what_the_list_implies() {
        let listed = Context {
            health_list: true,
            ..Context::default()
        };
        let classification = of_context("Her MRN is 38857281, she has diabetes.", &listed);
        assert!(classification.is(&Category::Phi) && classification.implied_phi);
    }

    #[test]
    fn the_customers_own_words_of_health_count_as_the_built_in_ones_do() {
        let policy = "[[term]]\nid = 'trial'\ncategory = 'treatment'\nwords = ['zqx seven']";
        let engine = crate::Engine::builder().policy_toml(policy).build().unwrap();
        let scan = engine.scan_text("MRN 38857281: zqx seven from Monday on");
        assert!(scan.classification.is(&Category::Phi), "{:?}", scan.classification);
    }

    #[test]
    fn no_closing_and_no_word_of_secrecy_hides_whoever_is_named() {
        for text in [
            "Confidential: Peter Lang has HIV.",
            "This message is confidential. Peter Lang has HIV.",
            "This e-mail is for the addressee only.\nPeter Lang has HIV.",
            "Hi.\n\nThanks,\nAnn\nPeter Lang has HIV",
        ] {
            assert!(of(text).is(&Category::Phi), "{text}: {:?}", of(text));
        }
        let footer = "Lunch at noon?\n\nThis e-mail may hold protected health information of a patient of our diabetes \
                      clinic and is intended for you, the addressee.";
        assert!(!of(footer).is(&Category::Phi), "{:?}", of(footer));
    }

    #[test]
    fn words_around_a_card_never_hide_it() {
        for text in [
            "4111 1111 1111 1111",
            "test invoice sample example 4111 1111 1111 1111 not a real card",
        ] {
            assert!(of(text).is(&Category::Financial), "{text}");
        }
    }

    #[test]
    fn key_material_and_ten_individuals_are_critical() {
        assert_eq!(of("-----BEGIN PRIVATE KEY-----").level, Level::Critical);
        let rows: Vec<String> = (10..20).map(|row| format!("SSN 536-90-43{row}, asthma")).collect();
        assert_eq!(of(&rows.join("\n")).level, Level::Critical);
        assert_eq!(of(&rows.join("\n")).counts["US_SSN"], 10);
    }
}
