//! Detection: findings in text, with their span, confidence and evidence; never the matched text.
