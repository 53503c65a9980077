"""A second judge of opening handshakes, and random ones on which the library must agree with it.

`grammar` recognises field values, `head` reads the lines of a message, `request` says what a server
answers and `response` what a client makes of an answer. They are written from the RFCs' ABNF, one
function a rule and named as there, and share neither code nor patterns with the library: what both
get wrong, they must get wrong independently. They are slow, and nothing else uses them.
"""
