//! A guess at the language of a paragraph by its most frequent short words; no model.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::lexicon::Lexicon;
use super::token::Tokens;

/// A language that the catalogue has words of.
///
/// ```
/// # use sealwax::detect::{DetectorSpec, Language, built_in};
/// let specs = built_in()?;
/// assert!(specs.iter().any(|spec: &DetectorSpec| spec.language == Some(Language::German)));
/// # Ok::<(), sealwax::detect::DetectError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// German.
    #[serde(rename = "de")]
    German,
    /// Portuguese.
    #[serde(rename = "pt")]
    Portuguese,
    /// Italian.
    #[serde(rename = "it")]
    Italian,
}

/// What was last asked for: a paragraph, and its language where that shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Paragraph {
    range: Range<usize>,
    language: Option<Language>,
}

/// The language of the paragraph at `place` of the folded `text`; `None` where its words do not show it. `last` is what the
/// call before found.
pub(super) fn at(text: &str, place: usize, last: &mut Paragraph) -> Option<Language> {
    if !last.range.contains(&place) {
        let range = paragraph(text, place);
        last.language = spoken(text.get(range.clone()).unwrap_or_default());
        last.range = range;
    }
    last.language
}

fn spoken(paragraph: &str) -> Option<Language> {
    let lexicon = Lexicon::built_in();
    let mut counts = [0_usize; FREQUENT.len()];
    for token in Tokens::of(paragraph) {
        let spoken = lexicon.marks(token.hash).languages();
        if spoken == 0 {
            continue;
        }
        for (index, count) in counts.iter_mut().enumerate() {
            *count = count.saturating_add(usize::from(spoken >> index & 1 == 1));
        }
    }
    let ranked = FREQUENT
        .iter()
        .zip(counts)
        .map(|((language, _), count)| (count, *language));
    // Of equals the first: English raises most.
    let (count, language) = ranked.rev().max_by_key(|(count, _)| *count)?;
    let least = if language == Language::English { 1 } else { FOREIGN };
    (count >= least).then_some(language)
}

/// The paragraph around `place`, between blank lines. Of a long one, the page, counted from where the paragraph starts, so
/// that what stands before it in the text changes nothing.
fn paragraph(text: &str, place: usize) -> Range<usize> {
    let page = page(text, place);
    let start = ceiling(text, page.start.min(place));
    let end = ceiling(text, page.end.min(text.len())).max(start);
    let place = place.clamp(start, end);
    let after = text.as_bytes().get(place..end).and_then(blank_line);
    start..after.map_or(end, |gap| place.saturating_add(gap).max(place.saturating_add(1)))
}

/// The page of the paragraph at `place`. Pages count from its start, or, far behind it, from that of the text.
fn page(text: &str, place: usize) -> Range<usize> {
    let far = place.saturating_sub(FAR.saturating_add(PAGE).saturating_add(BLANK.len()));
    let before = text.as_bytes().get(far..place).unwrap_or_default();
    let gap = memchr::memmem::rfind(before, BLANK);
    let paragraph = match gap {
        Some(gap) => Some(far.saturating_add(gap).saturating_add(BLANK.len())),
        None => (far == 0).then_some(0),
    };
    let near = paragraph.map(|start| start.saturating_add(pages(place.saturating_sub(start))));
    let is_near = |page: &usize| page.saturating_sub(paragraph.unwrap_or_default()) < FAR;
    if let Some(page) = near.filter(is_near) {
        return page..page.saturating_add(PAGE);
    }
    let least = paragraph.map_or(0, |start| start.saturating_add(FAR));
    let page = pages(place);
    page.max(least)..page.saturating_add(PAGE)
}

/// The bytes of the whole pages within the first `bytes`.
const fn pages(bytes: usize) -> usize {
    bytes - bytes % PAGE
}

fn blank_line(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, BLANK)
}

/// Where the language of a text may be another if what stands at `changed` is: from its page on to the end of its paragraph.
pub(super) fn touched(text: &str, changed: Range<usize>) -> Range<usize> {
    let rest = text.as_bytes().get(changed.end..).unwrap_or_default();
    let end = blank_line(rest).map_or(text.len(), |gap| {
        changed.end.saturating_add(gap).saturating_add(BLANK.len())
    });
    page(text, changed.start).start.min(changed.start)..end
}

/// The paragraphs of `text` whose language depends on where in the text they stand, since they are longer than pages are
/// counted from their start.
pub(super) fn unmovable(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0_usize;
    let gaps = memchr::memmem::find_iter(text.as_bytes(), BLANK).map(|gap| gap.saturating_add(BLANK.len()));
    let paragraphs = gaps
        .chain([text.len()])
        .map(move |end| std::mem::replace(&mut start, end)..end);
    paragraphs.filter(|paragraph| paragraph.len() > FAR)
}

/// The first boundary of a character at or behind `place`.
fn ceiling(text: &str, mut place: usize) -> usize {
    while !text.is_char_boundary(place) && place < text.len() {
        place = place.saturating_add(1);
    }
    place
}

/// No more is judged as one.
const PAGE: usize = 4096;
/// So far behind the start of a paragraph its pages are counted from there.
const FAR: usize = 16 * PAGE;
/// What parts paragraphs.
const BLANK: &[u8] = b"\n\n";
/// As many words of another language than English show it; one may be a name (`Los Angeles`).
const FOREIGN: usize = 2;

/// Without words that another of the languages writes for something else often: `die`, `me`, `no`, `was`, `de`.
pub(super) const FREQUENT: &[(Language, &str)] = &[
    (
        Language::English,
        "the and of to in as so is it that for with you this not are be have has had been were his her he she they we my your \
         our their from at by will would can could should please what which there here when who how if or but just \
         get got out up about into after before than then them him our did does do don't didn't i'm it's",
    ),
    (
        Language::Spanish,
        "el los las del que en por para con una se su sus es esta este lo le les mi pero muy ya y como mas cuando porque \
         tambien si hay fue ser tiene esta usted nos al donde ha han hoy gracias buenos buenas dias",
    ),
    (
        Language::French,
        "le les des du une et est pour dans que qui sur pas vous nous votre vos notre nos je il elle au aux avec ce cette \
         ces son sa ses mon ma mes se ne plus par bonjour merci madame monsieur ont sont etait mais ou en cordialement",
    ),
    (
        Language::German,
        "der das und ist nicht mit ein eine einen einem einer ich sie wir ihr ihre ihren fur auf von dem den des zu zum zur \
         im bei auch sich es er wie aber noch nach wird wurde haben hat sind mein meine bitte uns oder dass vom heute",
    ),
    (
        Language::Portuguese,
        "o os as do da dos das em um uma nao que para com por na no nas nos se seu sua mais mas foi esta ele ela voce ao \
         pelo pela eu meu minha ja muito tem ser e obrigado obrigada bom dia boa tarde segue",
    ),
    (
        Language::Italian,
        "il lo gli della del dei delle di che e non per con una un sono ha ho nel nella alla al si mi ci da dal piu anche \
         come suo sua mio mia questo questa grazie buongiorno gentile stato stata essere ma se le",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken_at(text: &str, word: &str) -> Option<Language> {
        let place = text.find(word).unwrap();
        at(text, place, &mut Paragraph::default())
    }

    #[test]
    fn frequent_words_show_the_language_of_a_paragraph() {
        for (text, language) in [
            ("The patient has been seen at the clinic", Some(Language::English)),
            (
                "Hola, ahora tener completa la lista que me mando por correo",
                Some(Language::Spanish),
            ),
            ("Bonjour, votre ordonnance est prete pour vous", Some(Language::French)),
            (
                "Sehr geehrte Kunden, unsere Filiale ist mit dem Team umgezogen",
                Some(Language::German),
            ),
            (
                "Segue o atestado, a pressao subiu e ele acha que nao",
                Some(Language::Portuguese),
            ),
            (
                "Gentile signora, il referto della visita non e pronto",
                Some(Language::Italian),
            ),
            ("Diagnosis: Diabtes", None),
            ("Los Angeles", None),
        ] {
            assert_eq!(spoken_at(text, text), language, "{text}");
        }
    }

    #[test]
    fn each_paragraph_has_its_own() {
        let text = "The report is here for you.\n\nDer Bericht ist nicht fertig und liegt bei uns.";
        assert_eq!(spoken_at(text, "report"), Some(Language::English));
        assert_eq!(spoken_at(text, "fertig"), Some(Language::German));
    }

    #[test]
    fn a_paragraph_is_judged_alike_wherever_it_stands() {
        let german = "Der Bericht ist nicht fertig und liegt bei uns. ".repeat(70);
        for before in [
            "",
            "x\n\n",
            "It is for you.\n\n",
            &"It is so. ".repeat(390),
            &"a\n\n".repeat(3000),
        ] {
            let text = format!("{before}\n\n{german}\n\nIt is for you");
            for word in ["Der", "und", "liegt"] {
                assert_eq!(spoken_at(&text, word), Some(Language::German), "{}", before.len());
            }
            let last = text.rfind("It is").unwrap();
            let judged = paragraph(&text, last);
            assert_eq!(text.get(judged), Some("It is for you"));
        }
    }

    #[test]
    fn a_page_is_one_for_all_of_its_places_and_bounded() {
        for text in [
            "é".repeat(70_000),
            "word ".repeat(30_000),
            format!("{}\n\n{}", "a".repeat(9_000), "b".repeat(99_000)),
        ] {
            let mut at = 0;
            while at < text.len() {
                let judged = paragraph(&text, at);
                assert!(judged.contains(&at) && judged.len() <= PAGE + 4, "{at} in {judged:?}");
                for place in [judged.start, judged.start.midpoint(judged.end), judged.end - 1] {
                    if text.is_char_boundary(place) {
                        assert_eq!(paragraph(&text, place), judged, "{place}");
                    }
                }
                at = judged.end;
                at += text.get(at..).unwrap().len() - text.get(at..).unwrap().trim_start().len();
            }
        }
    }
}
