//! Nothing of its own: the tests show that the provider over the FIPS module of AWS-LC builds, and what it refuses.
