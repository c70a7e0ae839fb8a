//! How sure a share is, when what was counted comes in kinds.

use std::collections::BTreeMap;

/// Of how many something holds, by kind.
#[derive(Clone, Default)]
pub(super) struct Counted {
    kinds: BTreeMap<String, (u32, u32)>,
}

/// A share with the bounds that hold it in 95 of 100 cases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    pub(super) right: u32,
    pub(super) of: u32,
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Counted {
    pub(super) fn add(&mut self, kind: &str, is_right: bool) {
        let (right, of) = self.kinds.entry(kind.to_owned()).or_default();
        *right += u32::from(is_right);
        *of += 1;
    }

    /// The counts of both, where a kind of the one is none of the other.
    pub(super) fn absorb(&mut self, name: &str, other: &Self) {
        for (kind, (right, of)) in &other.kinds {
            let (all, in_all) = self.kinds.entry(format!("{name}: {kind}")).or_default();
            *all += right;
            *in_all += of;
        }
    }

    /// The share; none where nothing was counted.
    ///
    /// Whole kinds are drawn again and again with replacement, since messages of a kind are right and wrong together. Where
    /// nothing is wrong, or all is, drawing again shows no doubt: then the bound is Wilson's over the number of kinds.
    pub(super) fn share(&self) -> Option<Share> {
        let kinds: Vec<(u32, u32)> = self.kinds.values().copied().collect();
        let sum =
            |kinds: &mut dyn Iterator<Item = (u32, u32)>| kinds.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let (right, of) = sum(&mut kinds.iter().copied());
        if of == 0 {
            return None;
        }
        let mut random = Random(0x5ea1);
        let mut shares: Vec<f64> = (0..DRAWS)
            .map(|_| {
                let mut drawn = kinds
                    .iter()
                    .filter_map(|_| kinds.get(random.below(kinds.len())).copied());
                let (right, of) = sum(&mut drawn);
                f64::from(right) / f64::from(of.max(1))
            })
            .collect();
        shares.sort_by(f64::total_cmp);
        let at = |place: usize| shares.get(place).copied().unwrap_or_default();
        let wilson = wilson(
            f64::from(right) / f64::from(of),
            u32::try_from(kinds.len()).map_or(1.0, f64::from),
        );
        Some(Share {
            right,
            of,
            least: if right == of { wilson.0 } else { at(DRAWS / 40) },
            most: if right == 0 {
                wilson.1
            } else {
                at(DRAWS - DRAWS / 40 - 1)
            },
        })
    }
}

impl Share {
    pub(super) fn value(&self) -> f64 {
        f64::from(self.right) / f64::from(self.of)
    }
}

/// How often kinds are drawn.
const DRAWS: usize = 2000;

/// Wilson's interval of a share of `of` at 95 %.
fn wilson(share: f64, of: f64) -> (f64, f64) {
    let z = 1.959_964_f64;
    let square = z * z / of;
    let middle = share + square / 2.0;
    let width = z * (share * (1.0 - share) / of + square / (4.0 * of)).sqrt();
    ((middle - width) / (1.0 + square), (middle + width) / (1.0 + square))
}

/// `SplitMix64`: the same draws on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let end = u64::try_from(end).unwrap_or(1).max(1);
        usize::try_from((mixed ^ (mixed >> 31)) % end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(kinds: &[(u32, u32)]) -> Share {
        let mut counted = Counted::default();
        for (index, (right, of)) in kinds.iter().enumerate() {
            for number in 0..*of {
                counted.add(&index.to_string(), number < *right);
            }
        }
        counted.share().unwrap()
    }

    #[test]
    fn a_few_kinds_are_less_sure_than_many_of_as_many_messages() {
        let few = counted(&[(50, 50), (0, 50)]);
        let many = counted(&[(1, 2); 50]);
        assert_eq!((few.right, few.of), (50, 100));
        assert!(few.most - few.least > many.most - many.least);
        assert!(few.least <= 0.5 && few.most >= 0.5);
    }

    #[test]
    fn where_nothing_is_wrong_the_number_of_kinds_says_how_sure_that_is() {
        let one = counted(&[(100, 100)]);
        let ten = counted(&[(10, 10); 10]);
        assert!(one.least < 0.3 && ten.least > 0.7, "{one:?} {ten:?}");
        assert!((ten.most - 1.0).abs() < 1e-9);
        let none = counted(&[(0, 10); 10]);
        assert!(none.least.abs() < 1e-9 && none.most < 0.3);
        assert_eq!(Counted::default().share(), None);
    }

    #[test]
    fn wilson_s_interval_is_the_published_one() {
        // Wilson 1927; 8 of 10 lies between 0.490 and 0.943.
        let (least, most) = wilson(0.8, 10.0);
        assert!(
            (least - 0.4902).abs() < 1e-3 && (most - 0.9433).abs() < 1e-3,
            "{least} {most}"
        );
    }
}
