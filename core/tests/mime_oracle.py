"""Prints, for each file named on standard input, one JSON line: the texts that CPython's `email` finds in it."""

import email
import email.policy
import json
import sys


def texts(raw):
    found = []
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_maintype() != "text":
            continue
        content = part.get_payload(decode=True) or b""
        charset = part.get_content_charset() or "utf-8"
        try:
            found.append(content.decode(charset, "replace"))
        except (LookupError, UnicodeError, ValueError):
            found.append(content.decode("latin-1"))
    return found


for line in sys.stdin:
    path = line.rstrip("\n")
    with open(path, "rb") as file:
        raw = file.read()
    try:
        answer = texts(raw)
    except Exception:  # an oracle that fails has nothing to say
        answer = []
    print(json.dumps({"file": path, "texts": answer}))
