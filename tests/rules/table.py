"""Rule by rule: what it asks for, which tests hold it, and which edits must make some of them fail.

An edit stands for a mistake that somebody could make: it takes away the code that protects, and
the tests that it names must then fail, each of them.
"""

from __future__ import annotations

from typing import NamedTuple

SECURITY = "tests/test_security_rules.py"
CLIENT = "tests/test_client.py"
CLIENTS = "tests/embedding/test_clients.py"
SERVERS = "tests/embedding/test_servers.py"
DOORS = "tests/test_doors.py"
DEFLATE = "tests/test_deflate.py"
RESOURCES = "tests/test_resources.py"
CORPUS = "tests/fuzz/test_corpus.py::test_the_corpus"
PLACES = "tests/property/test_injection_places.py"


class Edit(NamedTuple):
    """What is written in place of which code, and the tests that must fail then."""

    what: str
    path: str
    changes: tuple[tuple[str, str], ...]
    fail: tuple[str, ...]


class Rule(NamedTuple):
    """What a rule asks for, the tests that hold it, and edits that show that they do."""

    text: str
    tests: tuple[str, ...]
    edits: tuple[Edit, ...]


def security(*names: str) -> tuple[str, ...]:
    return tuple([f"{SECURITY}::test_{name}" for name in names])


def one(what: str, path: str, old: str, new: str, *fail: str) -> Edit:
    return Edit(what, path, ((old, new),), fail)


SRC = "src/ws_handshake"
RULES: dict[str, Rule] = {
    "R1": Rule(
        "work linear in the bytes; lines, fields, heads and bodies capped, each its own error",
        (
            *security(
                "r01_a_head_in_single_bytes_takes_linear_time",
                "r01_a_body_in_single_bytes_takes_linear_time",
                "r01_a_body_in_tiny_chunks_takes_linear_time",
                "r01_many_fields_of_one_name_are_joined_in_linear_time",
                "r01_interim_responses_are_skipped_in_linear_time",
                "r01_a_limit_of_the_server_is_its_own_error_at_the_first_byte_over_it",
                "r01_a_limit_of_the_client_is_its_own_error",
                "r01_a_body_ends_at_its_limit_whatever_its_framing",
                "r01_no_more_is_kept_than_the_limits_allow",
            ),
            f"{RESOURCES}::test_twice_as_much_is_twice_the_work",
            f"{RESOURCES}::test_a_slow_peer_makes_us_hold_its_head_and_no_more",
            f"{RESOURCES}::test_a_slow_refusal_makes_us_hold_its_body_and_no_more",
        ),
        (
            one(
                "heads have no limit",
                f"{SRC}/wire.py",
                'faults.append((limits._head, "head-too-large", str(limits._head)))',
                "pass",
                *security(
                    "r01_a_limit_of_the_server_is_its_own_error_at_the_first_byte_over_it",
                    "r01_a_limit_of_the_client_is_its_own_error",
                ),
            ),
            one(
                "fields have no limit",
                f"{SRC}/wire.py",
                'faults.append((start, "too-many-fields", str(limits._fields)))',
                "pass",
                *security(
                    "r01_a_limit_of_the_server_is_its_own_error_at_the_first_byte_over_it",
                    "r01_a_limit_of_the_client_is_its_own_error",
                ),
            ),
            Edit(
                "a line is searched from its beginning for each byte",
                f"{SRC}/wire.py",
                (
                    ("searched = max(searched, len(buffer) - 1)", "pass"),
                    ("self._room = self._unjudged()", "self._room = 0"),
                ),
                (f"{RESOURCES}::test_twice_as_much_is_twice_the_work",),
            ),
            one(
                "chunk extensions and trailers have no limit",
                f"{SRC}/body.py",
                "elif self._extra > self._limits.head:",
                "elif False:",
                *security("r01_a_body_ends_at_its_limit_whatever_its_framing"),
            ),
        ),
    ),
    "R2": Rule(
        "no pattern that can backtrack on what a peer sends",
        security(
            "r02_every_repetition_is_possessive_or_short",
            "r02_hostile_values_are_read_quickly",
            "r02_hostile_fields_are_judged_quickly",
            "r02_hostile_messages_are_read_quickly",
        ),
        (
            one(
                "a value that can be read in two ways",
                f"{SRC}/grammar.py",
                r'FIELD_VALUE = rf"(?:{FIELD_VCHAR}++(?:[ \t]++{FIELD_VCHAR}++)*+)?+"',
                r'FIELD_VALUE = rf"(?:{FIELD_VCHAR}+(?:[ \t]*{FIELD_VCHAR}+)*)?"',
                *security("r02_every_repetition_is_possessive_or_short"),
            ),
        ),
    ),
    "R3": Rule(
        "strict syntax where peers disagree",
        (
            *security(
                "r03_lines_that_peers_read_differently_are_refused",
                "r03_only_ascii_digits_are_a_number",
                "r03_a_chunk_ends_with_cr_lf_and_nothing_else",
                "r03_a_body_whose_end_is_disputed_is_not_read",
            ),
            "tests/oracle/test_oracle.py::test_requests",
            "tests/oracle/test_oracle.py::test_responses",
            f"{CORPUS}[server]",
            f"{CORPUS}[client]",
        ),
        (
            one(
                "white space before a colon is nothing",
                f"{SRC}/grammar.py",
                r'FIELD_LINE = rf"{TOKEN}:{OWS}',
                r'FIELD_LINE = rf"{TOKEN}[ \t]*+:{OWS}',
                *security("r03_lines_that_peers_read_differently_are_refused"),
                f"{CORPUS}[server]",
                f"{CORPUS}[client]",
            ),
            one(
                "a bare CR is a character like others",
                f"{SRC}/wire.py",
                'faults.append((carriage_return + 1, "bare-cr", str(self._number)))',
                "pass",
                *security("r03_lines_that_peers_read_differently_are_refused"),
            ),
            one(
                "int() judges Content-Length",
                f"{SRC}/server.py",
                '_DIGITS = Pattern(r"[0-9]++")',
                '_DIGITS = Pattern(r"[^,]++")',
                *security("r03_only_ascii_digits_are_a_number"),
            ),
            one(
                "any two bytes end a chunk",
                f"{SRC}/body.py",
                r'if line != "\r\n":',
                "if len(line) != 2:",
                *security("r03_a_chunk_ends_with_cr_lf_and_nothing_else"),
                f"{CORPUS}[client]",
            ),
            one(
                "of two lengths one is believed",
                f"{SRC}/body.py",
                "if len(lengths) > 1 or not lengths[0]",
                "if not lengths[0]",
                *security("r03_a_body_whose_end_is_disputed_is_not_read"),
            ),
        ),
    ),
    "R4": Rule(
        "a request with a body is never answered with 101",
        security(
            "r04_a_request_with_a_body_is_never_answered_with_101",
            "r04_a_content_length_of_zero_is_no_body",
        ),
        (
            one(
                "Transfer-Encoding is not looked at",
                f"{SRC}/server.py",
                'report(fault("transfer-encoding-present", value=joined(codings)))',
                "pass",
                *security("r04_a_request_with_a_body_is_never_answered_with_101"),
            ),
            one(
                "Content-Length may be anything",
                f"{SRC}/server.py",
                'report(fault("content-length-not-zero", value=length))',
                "pass",
                *security("r04_a_request_with_a_body_is_never_answered_with_101"),
            ),
        ),
    ),
    "R5": Rule(
        "after a failed upgrade nothing on the connection is HTTP; no frame before a verified 101",
        security(
            "r05_every_refusal_closes_the_connection",
            "r05_bytes_behind_a_refused_request_are_not_read",
            "r05_bytes_before_the_answer_are_kept_apart",
            "r05_a_client_is_not_open_before_a_verified_101",
        ),
        (
            one(
                "the connection stays open",
                f"{SRC}/response.py",
                r'connection = "Connection: close\r\n"',
                r'connection = "Connection: keep-alive\r\n"',
                *security("r05_every_refusal_closes_the_connection"),
            ),
            one(
                "a server reads on",
                f"{SRC}/server.py",
                "if self._state is not READING:",
                "if False:",
                *security("r05_bytes_behind_a_refused_request_are_not_read"),
            ),
            one(
                "a client is content with any accept",
                f"{SRC}/client.py",
                'report(fault("accept-wrong", accept_key(key), value=accept))',
                "pass",
                *security("r05_a_client_is_not_open_before_a_verified_101"),
            ),
        ),
    ),
    "R6": Rule(
        "a 101 only if all requirements hold, whatever protocol version is claimed",
        security(
            "r06_one_requirement_less_is_no_offer",
            "r06_a_101_is_for_version_13_only",
            "r06_one_requirement_less_is_no_agreement",
        ),
        (
            one(
                "Upgrade is asked of version 13 only",
                f"{SRC}/server.py",
                'if upgrade != "websocket":',
                'if upgrade != "websocket" and version == "13":',
                *security("r06_one_requirement_less_is_no_offer"),
            ),
            one(
                "every version is served",
                f"{SRC}/server.py",
                'report(fault("version-unsupported", value=value))',
                "pass",
                *security("r06_a_101_is_for_version_13_only"),
            ),
            one(
                "an accept may be missing",
                f"{SRC}/client.py",
                'report(fault("accept-missing"))',
                "pass",
                *security("r06_one_requirement_less_is_no_agreement"),
            ),
        ),
    ),
    "R7": Rule(
        "what may come once is refused where it comes twice, equal or not",
        security(
            "r07_a_singleton_of_a_request_on_two_lines_is_refused",
            "r07_a_singleton_of_an_answer_on_two_lines_is_refused",
        ),
        (
            one(
                "the second line is passed over, in a request",
                f"{SRC}/server.py",
                'report(fault(f"{name}-repeated", str(len(lines))))',
                "pass",
                *security("r07_a_singleton_of_a_request_on_two_lines_is_refused"),
            ),
            one(
                "the second line is passed over, in an answer",
                f"{SRC}/client.py",
                "report(fault(code, str(len(lines))))",
                "pass",
                *security("r07_a_singleton_of_an_answer_on_two_lines_is_refused"),
            ),
        ),
    ),
    "R8": Rule(
        "every outgoing name, value, target, method, host, reason and subprotocol is validated",
        (
            *security(
                "r08_nothing_that_goes_out_can_break_a_line",
                "r08_an_offer_made_by_hand_cannot_break_the_answer",
                "r08_text_that_claims_to_be_other_text_is_judged_as_what_it_is",
                "r08_a_subclass_cannot_put_other_text_into_the_first_line",
            ),
            f"{PLACES}::test_every_parameter_that_takes_text_is_tried",
            f"{PLACES}::test_each_character_in_each_place_breaks_no_head",
            f"{PLACES}::test_any_text_in_every_place_breaks_no_head",
        ),
        (
            one(
                "values are written as they are",
                f"{SRC}/headers.py",
                "if not _FIELD_VALUE.fullmatch(value):",
                "if False:",
                *security("r08_nothing_that_goes_out_can_break_a_line"),
                f"{PLACES}::test_each_character_in_each_place_breaks_no_head",
            ),
            one(
                "reasons are written as they are",
                f"{SRC}/response.py",
                "_REASON = Pattern(grammar.REASON_PHRASE)",
                r'_REASON = Pattern(r"[\x00-\xff]*+")',
                *security("r08_nothing_that_goes_out_can_break_a_line"),
                f"{PLACES}::test_each_character_in_each_place_breaks_no_head",
            ),
            one(
                "a subprotocol is compared as it wants to be",
                f"{SRC}/server.py",
                "    subprotocol = plain(subprotocol)\n    if",
                "    if",
                *security("r08_text_that_claims_to_be_other_text_is_judged_as_what_it_is"),
            ),
            one(
                "what a subclass says is written",
                f"{SRC}/request.py",
                "method, target, version = self._known[:3]",
                "method, target, version = self.method, self.target, self.version",
                *security("r08_a_subclass_cannot_put_other_text_into_the_first_line"),
            ),
        ),
    ),
    "R9": Rule(
        "a peer's bytes are escaped in every message, credentials are redacted",
        (
            *security(
                "r09_bytes_of_the_peer_are_escaped_wherever_they_are_shown",
                "r09_credentials_are_redacted",
                "r09_a_refusal_shows_a_long_value_cut",
            ),
            f"{CORPUS}[secrets]",
            f"{CLIENT}::test_of_what_is_long_or_perhaps_a_token_nothing_is_kept",
        ),
        (
            one(
                "secrets are shown",
                f"{SRC}/display.py",
                'return f"<redacted, {len(secret)} characters>"',
                "return secret",
                *security("r09_credentials_are_redacted"),
                f"{CORPUS}[secrets]",
            ),
            one(
                "values are shown as they are",
                f"{SRC}/display.py",
                'is in it."""\n    if len(text) <= _LONGEST:\n        return ascii(text)',
                'is in it."""\n    if len(text) <= _LONGEST:\n        return f"\'{text}\'"',
                *security("r09_bytes_of_the_peer_are_escaped_wherever_they_are_shown"),
            ),
            one(
                "tokens are remembered",
                f"{SRC}/fields.py",
                "return not odd and",
                "return",
                f"{CLIENT}::test_of_what_is_long_or_perhaps_a_token_nothing_is_kept",
            ),
            one(
                "values are shown in full",
                f"{SRC}/display.py",
                "_LONGEST = 100",
                "_LONGEST = 1_000_000",
                *security("r09_a_refusal_shows_a_long_value_cut"),
            ),
        ),
    ),
    "R10": Rule(
        "who may connect is decided, in writing",
        security(
            "r10_there_is_no_server_without_a_decision_about_origins",
            "r10_another_origin_is_refused_even_with_cookies",
            "r10_hosts_stop_dns_rebinding",
            "r10_a_lone_origin_is_no_collection",
        ),
        (
            one(
                "every origin may connect",
                f"{SRC}/server.py",
                "elif not origins.allows(value, host if isinstance(host, str) else None):",
                "elif False:",
                *security("r10_another_origin_is_refused_even_with_cookies"),
            ),
            one(
                "every host is served",
                f"{SRC}/server.py",
                "if hosts is not None and comparable_host(value) not in hosts:",
                "if False:",
                *security("r10_hosts_stop_dns_rebinding"),
            ),
            one(
                "whoever decides nothing allows all",
                f"{SRC}/server.py",
                "        origins: Iterable[AllowedOrigin] | None,\n",
                "        origins: Iterable[AllowedOrigin] | None = None,\n",
                *security("r10_there_is_no_server_without_a_decision_about_origins"),
            ),
        ),
    ),
    "R11": Rule(
        "authorisation happens before the 101 (the recipes)",
        (
            f"{SERVERS}::test_a_wrong_token_is_refused",
            f"{SERVERS}::test_without_a_token_nobody_is_a_member",
            f"{SERVERS}::test_the_token_opens",
            f"{SERVERS}::test_a_real_client_needs_the_token",
        ),
        (
            one(
                "whoever shakes hands is a member",
                "tests/embedding/asyncio_streams_server.py",
                'if offer.path == "/members" and not member:',
                "if False:",
                f"{SERVERS}::test_a_wrong_token_is_refused",
                f"{SERVERS}::test_without_a_token_nobody_is_a_member",
            ),
        ),
    ),
    "R12": Rule(
        "credentials are compared in constant time (the recipes)",
        ("tests/rules/test_recipes.py::test_secrets_are_compared_in_constant_time",),
        (
            one(
                "a token is compared like any text",
                "tests/embedding/asyncio_streams_server.py",
                "hmac.compare_digest(token.encode(), TOKEN.encode())",
                "token == TOKEN",
                "tests/rules/test_recipes.py::test_secrets_are_compared_in_constant_time",
            ),
        ),
    ),
    "R13": Rule(
        "redirects carry no credentials to another origin, never leave TLS, and end (the recipes)",
        (
            f"{CLIENTS}::test_no_field_goes_to_another_origin",
            f"{CLIENTS}::test_no_secret_goes_to_another_origin",
            f"{CLIENTS}::test_it_never_leads_from_tls_to_none",
            f"{CLIENTS}::test_tls_is_never_left",
            f"{CLIENTS}::test_a_redirect_is_followed_five_times",
            f"{CLIENTS}::test_a_loop_ends",
            f"{CLIENTS}::test_what_is_no_place_to_go_is_refused",
            f"{CLIENTS}::test_wherever_it_leads_the_rules_hold",
        ),
        (
            one(
                "all fields go along",
                "tests/embedding/asyncio_client.py",
                "return uri, sent if here == there else ws.Headers()",
                "return uri, sent",
                f"{CLIENTS}::test_no_field_goes_to_another_origin",
            ),
            one(
                "TLS may be left",
                "tests/embedding/asyncio_client.py",
                "if asked.secure and not uri.secure:",
                "if False:",
                f"{CLIENTS}::test_it_never_leads_from_tls_to_none",
            ),
            one(
                "redirects have no end",
                "tests/embedding/asyncio_client.py",
                "or followed >= 5 ",
                "",
                f"{CLIENTS}::test_a_redirect_is_followed_five_times",
            ),
        ),
    ),
    "R14": Rule(
        "extension parameters are range-checked, names are looked up among known ones",
        (
            *security(
                "r14_names_that_objects_have_are_names_like_others",
                "r14_an_answer_that_was_not_offered_fails",
                "r14_field_names_that_objects_have_are_names_like_others",
            ),
            f"{DEFLATE}::test_an_offer_with_malformed_parameters_is_declined",
            f"{DEFLATE}::test_an_answer_with_malformed_parameters_is_refused",
            f"{DEFLATE}::test_window_bits_are_8_to_15",
        ),
        (
            one(
                "any negotiator answers",
                f"{SRC}/negotiation.py",
                "if negotiator.name != offer.name or offer.name in answers:",
                "if offer.name in answers:",
                *security("r14_names_that_objects_have_are_names_like_others"),
            ),
            one(
                "an answer may name anything",
                f"{SRC}/client.py",
                'report(fault("extension-not-offered", value=extension.name))',
                "pass",
                *security("r14_an_answer_that_was_not_offered_fails"),
            ),
            one(
                "window bits are any number",
                f"{SRC}/deflate.py",
                '_WINDOW_BITS = Pattern(r"[89]|1[0-5]")',
                '_WINDOW_BITS = Pattern(r"[0-9]{1,4}+")',
                f"{DEFLATE}::test_an_offer_with_malformed_parameters_is_declined",
                f"{DEFLATE}::test_an_answer_with_malformed_parameters_is_refused",
            ),
        ),
    ),
    "R15": Rule(
        "an abandoned handshake holds nothing",
        (
            *security("r15_an_abandoned_handshake_is_gone", "r15_peers_fill_no_cache"),
            f"{RESOURCES}::test_ten_thousand_abandoned_handshakes_leave_nothing_behind",
            f"{RESOURCES}::test_nothing_needs_the_collector_of_cycles",
            f"{RESOURCES}::test_every_cache_is_small",
        ),
        (
            Edit(
                "a registry of those that are not over",
                f"{SRC}/server.py",
                (
                    (
                        '_DIGITS = Pattern(r"[0-9]++")',
                        '_DIGITS = Pattern(r"[0-9]++")\n_ALIVE: list[object] = []',
                    ),
                    (
                        "self._limits = checked_limits(limits)",
                        "self._limits = checked_limits(limits)\n        _ALIVE.append(self)",
                    ),
                ),
                (
                    *security("r15_an_abandoned_handshake_is_gone"),
                    f"{RESOURCES}::test_ten_thousand_abandoned_handshakes_leave_nothing_behind",
                ),
            ),
            one(
                "what peers send is remembered",
                f"{SRC}/origins.py",
                "def _normal(origin: str) -> str:",
                "@lru_cache(maxsize=64)\ndef _normal(origin: str) -> str:",
                *security("r15_peers_fill_no_cache"),
            ),
        ),
    ),
    "R16": Rule(
        "host names have a length before they have an encoding",
        security(
            "r16_a_short_host_is_encoded",
            "r16_a_long_host_never_reaches_idna",
            "r16_a_long_host_from_the_peer_never_reaches_idna",
        ),
        (
            one(
                "IDNA is given any length",
                f"{SRC}/uri.py",
                "if len(host) > _LONGEST_HOST:\n        raise _invalid(",
                "if False:\n        raise _invalid(",
                *security("r16_a_long_host_never_reaches_idna"),
            ),
        ),
    ),
    "R17": Rule(
        "options of Connection are only searched, they remove nothing",
        security(
            "r17_options_of_connection_remove_no_field",
            "r17_options_of_connection_add_no_upgrade",
        ),
        (
            one(
                "fields that Connection names are left out",
                f"{SRC}/server.py",
                '        """The request\'s fields."""\n        return self._request.headers',
                '        """The request\'s fields."""\n'
                "        fields = self._request.headers.items()\n"
                '        options = self._request.headers["Connection"].lower().split(", ")\n'
                "        left = [each for each in fields if each[0].lower() not in options]\n"
                "        return Headers(left)",
                *security("r17_options_of_connection_remove_no_field"),
            ),
            one(
                "an option that has upgrade in it is one",
                f"{SRC}/upgrade.py",
                'if "upgrade" not in options:',
                'if "upgrade" not in text.lower():',
                *security("r17_options_of_connection_add_no_upgrade"),
            ),
        ),
    ),
    "R18": Rule(
        "a handshake over HTTP/2 or HTTP/3 is refused (the doors)",
        (
            f"{DOORS}::test_the_http_version_is_kept",
            f"{DOORS}::test_http_2_and_3_have_no_fields_of_the_connection",
        ),
        (
            one(
                "every HTTP version is taken for 1.1",
                f"{SRC}/server.py",
                'report(fault("http-version-unsupported", value=version))',
                "pass",
                f"{DOORS}::test_the_http_version_is_kept",
            ),
            one(
                "an answer over HTTP/2 has fields of the connection",
                f"{SRC}/doors.py",
                'if not version.startswith("1."):',
                "if False:",
                f"{DOORS}::test_http_2_and_3_have_no_fields_of_the_connection",
            ),
        ),
    ),
    "R19": Rule(
        "failures are typed",
        (
            *security(
                "r19_a_bad_host_is_an_invalid_uri_or_an_invalid_header",
                "r19_every_parser_has_one_error",
                "r19_a_bad_request_is_a_handshake_error",
                "r19_a_number_that_int_would_not_convert_is_no_value_error",
                "r19_an_offer_of_what_is_none_is_the_callers_mistake",
                "r19_a_peer_that_is_gone_is_an_incomplete_message",
                "r19_deep_or_long_lists_exhaust_no_stack",
            ),
            "tests/property/test_bytes.py::test_a_server_gives_an_offer_or_an_error",
            "tests/property/test_bytes.py::test_a_client_gives_an_agreement_or_an_error",
        ),
        (
            one(
                "a bad host is another error",
                f"{SRC}/uri.py",
                'raise InvalidURI(f"{shown_target(host)} is no host (RFC 3986 §3.2.2)") from None',
                "raise",
                *security("r19_a_bad_host_is_an_invalid_uri_or_an_invalid_header"),
            ),
            one(
                "int() is given any number of digits",
                f"{SRC}/body.py",
                'int(match[1][:19] or "0")',
                'int(match[1] or "0")',
                *security("r19_a_number_that_int_would_not_convert_is_no_value_error"),
            ),
        ),
    ),
}
