//! What the other scanners of values look for: the same expressions for each of them.

/// Names and expressions, which every dialect of these scanners reads in the same way.
pub(crate) const PATTERNS: &[(&str, &str)] = &[
    ("US Social Security number", r"\b\d{3}[- ]\d{2}[- ]\d{4}\b"),
    ("US taxpayer number", r"\b9\d{2}[- ]\d{2}[- ]\d{4}\b"),
    ("US employer number", r"\b\d{2}-\d{7}\b"),
    (
        "US telephone number",
        r"\b(?:\+1[-. ]?)?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b",
    ),
    ("US passport number", r"\b[A-Z]\d{8}\b"),
    ("US postal code", r"\b[A-Z]{2} \d{5}(?:-\d{4})?\b"),
    (
        "Medicare number",
        r"\b[1-9][A-Z][A-Z0-9]\d[A-Z][A-Z0-9]\d[A-Z]{2}\d{2}\b",
    ),
    ("DEA number", r"\b[A-Z]{2}\d{7}\b"),
    ("provider number", r"\b[12]\d{9}\b"),
    ("record number", r"\b(?:MRN|mrn)[:# ]{1,3}\d{6,10}\b"),
    ("diagnosis code", r"\b[A-TV-Z]\d[0-9AB]\.[0-9A-Z]{1,4}\b"),
    ("national drug code", r"\b\d{4,5}-\d{3,4}-\d{1,2}\b"),
    ("payment card", r"\b(?:\d[ -]?){12,18}\d\b"),
    ("IBAN", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"),
    ("BIC", r"\b[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b"),
    ("routing number", r"\b[0-3]\d{8}\b"),
    (
        "mail address",
        r"\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}\.[A-Za-z]{2,24}\b",
    ),
    ("IPv4 address", r"\b(?:\d{1,3}\.){3}\d{1,3}\b"),
    ("IPv6 address", r"\b(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}\b"),
    ("hardware address", r"\b(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}\b"),
    (
        "web address with a password",
        r"\bhttps?://[^\s:/@]{1,64}:[^\s:/@]{1,64}@",
    ),
    ("ISO date", r"\b(?:19|20)\d{2}-\d{2}-\d{2}\b"),
    ("US date", r"\b\d{1,2}/\d{1,2}/(?:19|20)?\d{2}\b"),
    ("vehicle number", r"\b[A-HJ-NPR-Z0-9]{17}\b"),
    (
        "UK national insurance number",
        r"\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b",
    ),
    ("UK health service number", r"\b\d{3} \d{3} \d{4}\b"),
    ("Canadian insurance number", r"\b\d{3}-\d{3}-\d{3}\b"),
    ("AWS key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    ("Slack token", r"\bxox[abprs]-[A-Za-z0-9-]{10,48}\b"),
    (
        "JSON web token",
        r"\beyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,2000}",
    ),
    ("private key", r"-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----"),
];
