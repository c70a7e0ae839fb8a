use super::{Numbers, Reader, Writer};

/// Groups of detectors, one behind the other.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Groups {
    /// Where each ends among the members; it starts where the one before it ends.
    ends: Numbers<u32>,
    members: Numbers<u32>,
}

impl Groups {
    pub(in super::super) fn of<'a>(groups: impl IntoIterator<Item = &'a Vec<u32>>) -> Self {
        let mut members: Vec<u32> = Vec::new();
        let ends = groups.into_iter().map(|group| {
            members.extend(group);
            u32::try_from(members.len()).unwrap_or(u32::MAX)
        });
        Self {
            ends: ends.collect(),
            members: members.into_iter().collect(),
        }
    }

    /// The indexes of the detectors of a group; none when there is no such group.
    pub(in super::super) fn group(&self, index: usize) -> impl Iterator<Item = usize> {
        let end = |index: usize| self.ends.at(index).and_then(|end| usize::try_from(end).ok());
        let start = index.checked_sub(1).map_or(Some(0), end);
        let range = start.zip(end(index)).unwrap_or_default();
        self.members
            .range(range.0, range.1)
            .filter_map(|member| usize::try_from(member).ok())
    }

    pub(in super::super) fn write(&self, image: &mut Writer) {
        self.ends.write(image);
        self.members.write(image);
    }

    pub(in super::super) fn read(image: &mut Reader) -> Option<Self> {
        Some(Self {
            ends: Numbers::read(image)?,
            members: Numbers::read(image)?,
        })
    }

    /// The memory it holds, in bytes.
    pub(in super::super) fn memory(&self) -> usize {
        self.ends.memory().saturating_add(self.members.memory())
    }
}
