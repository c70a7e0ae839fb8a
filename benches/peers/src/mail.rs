//! What is measured on mail: reading, scanning and deciding, each beside others that do a part of it on the same bytes.

use std::hint::black_box;
use std::path::Path;
use std::rc::Rc;

use dd_sds::{RegexRuleConfig, RootRuleConfig, Scanner};
use mail_parser::decoders::html::html_to_text;
use mail_parser::{MessageParser, PartType};
use mailparse::ParsedMail;
use sealwax::message::{Limits, Message};
use sealwax::text::View;
use sealwax::{Engine, Timestamp, Transaction};
use unicode_normalization::UnicodeNormalization;

use crate::patterns::PATTERNS;
use crate::rounds::{Work, work};
use crate::{allocations, corpus};

/// Works that do the same to the same bytes.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    /// The bytes of one round, 0 where there are none.
    pub(crate) bytes: usize,
    /// How many messages these are, where the time is that of a message; else 1.
    pub(crate) messages: usize,
    pub(crate) works: Vec<Work>,
}

/// Every subject, on the corpora of this folder.
pub(crate) fn subjects(folder: &Path) -> Vec<Subject> {
    let raw = corpus::read(folder, "raw");
    let natural = corpus::read(folder, "natural");
    vec![
        scan("text scan, natural", some(&natural, EVERY)),
        scan("text scan, dense", some(&corpus::read(folder, "dense"), 1)),
        scan("text scan, hostile", some(&corpus::read(folder, "hostile"), 4)),
        verdict("a verdict on a real mail of 5 kB", of_5_kb(&raw)),
        verdict("a verdict on a mail of 500 B", of_500_bytes(&natural)),
        parse(some(&raw, EVERY)),
        html(pages(&corpus::read(folder, "html"))),
        fold("fold, ASCII", ascii(&natural)),
        fold(
            "fold, one letter in a hundred not ASCII",
            with_other_letters(&ascii(&natural)),
        ),
        start(),
    ]
}

/// How often each asks for memory to come to a verdict on a mail of 5 kB in which nothing is found, once it is warm: the
/// median of all such mails.
pub(crate) fn allocations(folder: &Path) -> Vec<(&'static str, usize)> {
    let (engine, transaction) = (engine(), transaction());
    let (parser, scanner) = (MessageParser::default(), sds());
    let is_clean = |mail: &&String| engine.scan(mail.as_bytes()).classification.categories.is_empty();
    let of_size = of_5_kb(&corpus::read(folder, "raw"));
    let mails: Vec<&String> = of_size.iter().filter(is_clean).collect();
    let median = |asked: &mut dyn FnMut(&str) -> usize| {
        let mut numbers: Vec<usize> = mails
            .iter()
            .map(|mail| {
                asked(mail); // warms up
                asked(mail)
            })
            .collect();
        numbers.sort_unstable();
        numbers.get(numbers.len() / 2).copied().unwrap_or_default()
    };
    vec![
        (
            SEALWAX,
            median(&mut |mail| allocations::of(|| engine.evaluate(mail.as_bytes(), &transaction, Timestamp::EPOCH))),
        ),
        (
            BOTH,
            median(&mut |mail| allocations::of(|| parsed_and_scanned(&parser, &scanner, mail))),
        ),
    ]
}

/// Finding what a text holds.
fn scan(name: &'static str, texts: Rc<[String]>) -> Subject {
    let (engine, scanner) = (engine(), sds());
    #[cfg_attr(not(feature = "hyperscan"), expect(unused_mut, reason = "one more with Hyperscan"))]
    let mut works = vec![
        on(MEMCHR, &texts, look),
        on(SEALWAX, &texts, move |text| drop(black_box(engine.scan_text(text)))),
        on("dd-sds, 32 patterns", &texts, move |text| {
            drop(black_box(scanner.scan(&mut text.to_owned()).unwrap()));
        }),
    ];
    #[cfg(feature = "hyperscan")]
    {
        let candidates = crate::candidates::Candidates::new();
        works.push(on("Hyperscan, candidates of the same patterns", &texts, move |text| {
            black_box(candidates.count(text));
        }));
    }
    Subject::of(name, &texts, works)
}

/// From a raw message to what is to be done with it. Nobody else decides: others read it, and look for values.
fn verdict(name: &'static str, mails: Rc<[String]>) -> Subject {
    let (engine, transaction) = (engine(), transaction());
    let (parser, scanner) = (MessageParser::default(), sds());
    let works = vec![
        on(MEMCHR, &mails, look),
        on(SEALWAX, &mails, move |mail| {
            drop(black_box(engine.evaluate(
                mail.as_bytes(),
                &transaction,
                Timestamp::EPOCH,
            )));
        }),
        on(BOTH, &mails, move |mail| {
            black_box(parsed_and_scanned(&parser, &scanner, mail));
        }),
    ];
    Subject {
        messages: mails.len(),
        ..Subject::of(name, &mails, works)
    }
}

/// Reading a message: every part decoded.
fn parse(mails: Rc<[String]>) -> Subject {
    let parser = MessageParser::default();
    let works = vec![
        on(MEMCHR, &mails, look),
        on(SEALWAX, &mails, |mail| {
            black_box(Message::parse(mail.as_bytes(), &Limits::default()).units().len());
        }),
        on("mail-parser", &mails, move |mail| {
            drop(black_box(parser.parse(mail.as_bytes())));
        }),
        on("mailparse", &mails, |mail| {
            black_box(mailparse::parse_mail(mail.as_bytes()).map_or(0, |mail| decoded(&mail)));
        }),
    ];
    Subject::of("reading real mail", &mails, works)
}

/// From HTML to what a reader sees; Sealwax reads the page as a message, and looks for whatever else it may hold.
fn html(pages: Rc<[String]>) -> Subject {
    let mails = pages
        .iter()
        .map(|page| format!("Content-Type: text/html; charset=utf-8\r\n\r\n{page}"));
    let mails: Rc<[String]> = mails.collect();
    let works = vec![
        on(MEMCHR, &pages, look),
        on(SEALWAX, &mails, |mail| {
            let message = Message::parse(mail.as_bytes(), &Limits::default());
            let read = message.units().iter().map(|unit| unit.view().text().len());
            black_box(read.sum::<usize>());
        }),
        on("mail-parser", &pages, |page| drop(black_box(html_to_text(page)))),
    ];
    Subject::of("HTML to text", &pages, works)
}

/// To the canonical view; others do one step of it.
fn fold(name: &'static str, texts: Rc<[String]>) -> Subject {
    let works = vec![
        on(MEMCHR, &texts, look),
        on(SEALWAX, &texts, |text| drop(black_box(View::fold(text)))),
        on("unicode-normalization, NFKC alone", &texts, |text| {
            drop(black_box(text.nfkc().collect::<String>()));
        }),
    ];
    Subject::of(name, &texts, works)
}

/// From nothing to an engine.
fn start() -> Subject {
    let compiled = Engine::builder().profile("hipaa-2013").compile().unwrap();
    let bundle: &'static [u8] = Vec::leak(compiled);
    #[cfg_attr(not(feature = "hyperscan"), expect(unused_mut, reason = "one more with Hyperscan"))]
    let mut works = vec![
        work("sealwax, built in", || drop(black_box(engine()))),
        work("sealwax, from a bundle", move || {
            drop(black_box(Engine::from_bundle(bundle).unwrap()));
        }),
        work("dd-sds, 32 patterns", || drop(black_box(sds()))),
    ];
    #[cfg(feature = "hyperscan")]
    works.push(work("Hyperscan, candidates of the same patterns", || {
        drop(black_box(crate::candidates::Candidates::new()));
    }));
    Subject {
        name: "start of an engine",
        bytes: 0,
        messages: 1,
        works,
    }
}

impl Subject {
    fn of(name: &'static str, texts: &[String], works: Vec<Work>) -> Self {
        Self {
            name,
            bytes: texts.iter().map(String::len).sum(),
            messages: 1,
            works,
        }
    }
}

/// As fast as bytes can be looked at.
fn look(text: &str) {
    black_box(memchr::memchr(0, text.as_bytes()));
}

/// A work that is done to each text.
fn on(name: &'static str, texts: &Rc<[String]>, mut each: impl FnMut(&str) + 'static) -> Work {
    let texts = Rc::clone(texts);
    work(name, move || texts.iter().for_each(|text| each(text)))
}

fn engine() -> Engine {
    Engine::with_profile("hipaa-2013").unwrap()
}

fn transaction() -> Transaction {
    let transaction = Transaction::from("ann@clinic.example").unwrap();
    transaction.to("bob@hospital.example").unwrap()
}

fn sds() -> Scanner {
    let rules: Vec<_> = PATTERNS
        .iter()
        .map(|(_, pattern)| RootRuleConfig::new(RegexRuleConfig::new(pattern).build()))
        .collect();
    Scanner::builder(&rules).build().unwrap()
}

/// What others together would do for a gateway: read the message, and look for values in its texts.
fn parsed_and_scanned(parser: &MessageParser, scanner: &Scanner, mail: &str) -> usize {
    let Some(message) = parser.parse(mail.as_bytes()) else {
        return 0;
    };
    let texts = message.parts.iter().filter_map(|part| match &part.body {
        PartType::Text(text) => Some(text.to_string()),
        PartType::Html(page) => Some(html_to_text(page)),
        _ => None,
    });
    texts
        .map(|mut text| scanner.scan(&mut text).map_or(0, |found| found.len()))
        .sum()
}

/// Decodes each part, which `mailparse` leaves until it is asked: text to UTF-8, all else to bytes.
fn decoded(mail: &ParsedMail<'_>) -> usize {
    let own = if mail.ctype.mimetype.starts_with("text/") {
        mail.get_body().map_or(0, |text| text.len())
    } else if mail.subparts.is_empty() {
        mail.get_body_raw().map_or(0, |bytes| bytes.len())
    } else {
        0
    };
    own + mail.subparts.iter().map(decoded).sum::<usize>()
}

/// One text in `every`, so that a round takes some tenths of a second.
fn some(texts: &[String], every: usize) -> Rc<[String]> {
    texts.iter().step_by(every).cloned().collect()
}

fn of_5_kb(raw: &[String]) -> Rc<[String]> {
    let some = raw.iter().filter(|mail| (4_500..5_500).contains(&mail.len()));
    some.step_by(4).cloned().collect()
}

/// Real texts behind a short header; no mail of the corpus is as short, after all who handed it on.
fn of_500_bytes(natural: &[String]) -> Rc<[String]> {
    let some = natural.iter().filter(|text| (350..450).contains(&text.len()));
    some.take(100)
        .map(|text| format!("{HEADER}{text}").replace('\n', "\r\n"))
        .collect()
}

/// The pages of these messages, in UTF-8.
fn pages(mails: &[String]) -> Rc<[String]> {
    let parser = MessageParser::default();
    let page = |mail: &String| {
        let message = parser.parse(mail.as_bytes())?;
        let pages = message.parts.iter().filter_map(|part| match &part.body {
            PartType::Html(page) => Some(page.to_string()),
            _ => None,
        });
        Some(pages.collect::<Vec<_>>())
    };
    mails.iter().filter_map(page).flatten().step_by(2).collect()
}

fn ascii(natural: &[String]) -> Rc<[String]> {
    let some = natural.iter().filter(|text| text.is_ascii() && text.len() > 200);
    some.step_by(2).cloned().collect()
}

/// The same with every hundredth character another letter.
fn with_other_letters(texts: &[String]) -> Rc<[String]> {
    let other = |(at, letter): (usize, char)| match at % 100 {
        50 => 'é',
        _ => letter,
    };
    texts
        .iter()
        .map(|text| text.chars().enumerate().map(other).collect())
        .collect()
}

const EVERY: usize = 8;
const HEADER: &str = "From: ann@clinic.example\nTo: bob@hospital.example\nSubject: your note\n\n";
const MEMCHR: &str = "memchr";
const SEALWAX: &str = "sealwax";
const BOTH: &str = "mail-parser and dd-sds, 32 patterns";
