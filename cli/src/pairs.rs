//! `NAME=VALUE` arguments.

use sealwax::seal::Context;

use crate::failure::Failure;

/// The context of arguments such as `tenant=clinic-7`.
pub(crate) fn context(arguments: &[String]) -> Result<Context, Failure> {
    let pairs: Option<Vec<_>> = arguments.iter().map(|pair| pair.split_once('=')).collect();
    let pairs = pairs.ok_or_else(|| Failure::new("a context is written NAME=VALUE"))?;
    Context::from_pairs(pairs).map_err(|error| Failure::new(error.to_string()))
}
