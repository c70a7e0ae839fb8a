//! `sealwax redact --report`: which identifiers are there, and which of them the purpose does not need.

use std::path::Path;

use sealwax::Engine;
use sealwax::json;
use sealwax::redact::Identified;

use super::{Redact, each};
use crate::console::{Console, Ink};
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::output::{self, Align, Table};

impl Redact {
    pub(super) fn report(&self, engine: &Engine, console: &Console) -> Result<Outcome, Failure> {
        let (mut unneeded, mut failed) = (false, false);
        for message in each(&self.inputs) {
            let found = message.and_then(|(id, bytes)| Ok((self.identifiers(engine, Path::new(&id), &bytes)?, id)));
            match found {
                Ok((found, id)) => {
                    output::print::text(&self.reported(&found, &id, console))?;
                    unneeded |= found.iter().any(|one| one.needed == Some(false));
                }
                Err(failure) => {
                    failed = true;
                    console.report(&failure);
                }
            }
        }
        Ok(match (failed, unneeded) {
            (true, _) => Outcome::Failed,
            (false, true) => Outcome::No,
            (false, false) => Outcome::Fine,
        })
    }

    fn identifiers(&self, engine: &Engine, path: &Path, bytes: &[u8]) -> Result<Vec<Identified>, Failure> {
        let found = if self.is_text(path) {
            engine.identifiers_in_text(files::text(path, bytes)?, self.purpose)
        } else {
            engine.identifiers(bytes, self.purpose)
        };
        found.map_err(|error| Failure::new(format!("`{}`: {error}", path.display())))
    }

    fn reported(&self, found: &[Identified], id: &str, console: &Console) -> String {
        if self.json {
            return json::identifiers(found, self.purpose, id) + "\n";
        }
        let table = render(found, console);
        if self.inputs.len() == 1 && self.inputs.iter().all(|input| !input.is_dir()) {
            return table;
        }
        format!("{}\n{table}", console.out.paint(Ink::Strong, &output::printable(id)))
    }
}

fn render(found: &[Identified], console: &Console) -> String {
    if found.is_empty() {
        return "no identifier of 45 CFR 164.514(b)(2) was found\n".into();
    }
    let mut table = Table::new([
        ("LETTER", Align::Left),
        ("KIND (45 CFR 164.514(b)(2)(i))", Align::Left),
        ("TYPE", Align::Left),
        ("FOUND", Align::Right),
        ("NEEDED", Align::Left),
    ]);
    for one in found {
        let needed = match one.needed {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        table.row([
            one.safe_harbor.to_string(),
            one.kind.into(),
            one.label.clone(),
            one.count.to_string(),
            needed.into(),
        ]);
    }
    table.render(console.out, 0, console.width)
}
