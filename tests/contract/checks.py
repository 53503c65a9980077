"""What every error of the library looks like, whichever test provoked it."""

from __future__ import annotations

import copy
import pickle
import re

from ws_handshake import HandshakeError

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
OTHER_KEY = "AAAAAAAAAAAAAAAAAAAAAA=="
OTHER_ACCEPT = "ICX+Yqv66kxgM0FcWaLWlFLwTAI="  # of OTHER_KEY


def assert_well_formed(error: HandshakeError) -> None:
    """The parts every error carries, and that it compares, copies and pickles."""
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", error.code), error.code
    assert error.field is None or re.fullmatch(r"[A-Za-z0-9-]+", error.field)
    assert error.section.startswith("RFC "), error.section
    message = str(error)
    assert message and message.isprintable() and len(message) < 2000
    assert error.hint is None or (error.hint and isinstance(error.hint, str))
    for twin in (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
        assert type(twin) is type(error)
        assert twin == error
        assert str(twin) == message
        assert (twin.code, twin.field, twin.section, twin.hint) == (
            error.code,
            error.field,
            error.section,
            error.hint,
        )
        assert twin.request == error.request
        assert twin.rejection == error.rejection
