"""Scrapy's settings: what of its defaults is changed, each with the reason above it.

Scrapy is made for scraping in general. This crawler keeps evidence from hosts that may be hostile, and it must leave
nothing it fetched out of the ledgers.
"""

from __future__ import annotations

from archive import __version__

BOT_NAME = "palimpsest"

# A spider for every outlet, made from the outlets' files: there is nothing to look for in modules.
SPIDER_LOADER_CLASS = "crawler.spiders.loader.OutletLoader"
SPIDER_MODULES: list[str] = []

# The lock, the archive, the gate, the pace and the counts, the same under `scrapy crawl` and `palimpsest crawl`.
ADDONS = {"crawler.spiders.addon.ArchiveAddon": 100}

# `scrapy crawl` with a sentence and an exit code where Scrapy's own ends with a traceback.
COMMANDS_MODULE = "crawler.scrapy_commands"

# --- nobody steers this process from outside --------------------------------------------------------------------------

# A console that runs any Python that is typed into it.
TELNETCONSOLE_ENABLED = False

# The same over HTTP, and on by default since 2.19.
REMOTE_CONTROL_ENABLED = False

# --- what is fetched, and from whom -----------------------------------------------------------------------------------

# A redirect to file: or data: must not read this machine; ftp and s3 are not how outlets publish. Of what is left, our
# own: in Scrapy's an answer whose headers never end fills the memory.
DOWNLOAD_HANDLERS = {
    **dict.fromkeys(("data", "file", "ftp", "s3")),
    **dict.fromkeys(("http", "https"), "crawler.fetch.handler.HttpHandler"),
}

# Unchecked, anybody between us and the outlet could write the evidence. A bad certificate is an outcome of its own.
DOWNLOAD_VERIFY_CERTIFICATES = True

# Looks at the number a name leads to in the moment in which the connection is made to it.
TWISTED_DNS_RESOLVER = "crawler.fetch.resolver.Resolver"

# A proxy named by the environment would connect where our own gate cannot look.
HTTPPROXY_ENABLED = False

# Of 1 GB, a bomb's size. `fetch.bounds` ends what is longer than 20 MB and keeps what came; behind it this drops all.
DOWNLOAD_MAXSIZE = 24_000_000

# Of Scrapy's three minutes; an outlet that answers no sooner is asked again later.
DOWNLOAD_TIMEOUT = 60

# Every redirect is evidence, and every step passes the gate: the spider follows them itself. (Scrapy's own lets a
# retried request past its list of allowed hosts.)
REDIRECT_ENABLED = False

# Bodies are kept as received; a torn gzip stream would be undone without a word here.
COMPRESSION_ENABLED = False

# The gate is `crawler.fetch.guard`, and the archive remembers what was asked for.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"

# A page that sends the reader on from within its HTML is evidence of that, not a redirect: following would hide it.
METAREFRESH_ENABLED = False

# Scrapy drops longer addresses without a trace; ours are refused by a word that is counted.
URLLENGTH_LIMIT = 0

# --- nothing is done for every page that nobody needs: a crawl that catches up on years is bound by the processor -----

# Spiders hand on requests, no items; Scrapy would start so many tasks for every answer, a quarter of what one costs.
CONCURRENT_ITEMS = 1

# The spider counts itself how deep it goes (`crawler.spiders.outlet`), and copies no `meta`; each of these wraps every
# answer into a generator of its own.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}

# The archive's ledgers count; these count every header's bytes.
DOWNLOADER_STATS = False

# Parses the source of a callback at each of its calls.
WARN_ON_GENERATOR_RETURN_VALUE = False

# --- what we tell about ourselves -------------------------------------------------------------------------------------

# Who we are, honestly. The operator's contact joins it where a crawl begins: without one nothing beyond this machine
# is fetched.
USER_AGENT = f"Palimpsest/{__version__}"

# Cookies would tie looks together that must be independent, and remember a consent nobody gave. Scrapy's cookie code
# also fetches a list of domains from elsewhere at the first cookie.
COOKIES_ENABLED = False

# Where a link was found is nobody's business, and a referrer changes what some outlets answer.
REFERER_ENABLED = False

# Without Scrapy's `Accept-Language: en`: which edition answers is the address's choice, not ours.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br",
}

# --- manners ----------------------------------------------------------------------------------------------------------

# Scrapy asks nobody by default.
ROBOTSTXT_OBEY = True

DOWNLOADER_MIDDLEWARES = {
    # The gate, for every request: it knows the outlet's hosts, and nothing gets around it.
    "crawler.fetch.middlewares.OffsiteMiddleware": 50,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    # By RFC 9309. Scrapy's own takes an error page for rules, and no answer for permission.
    "crawler.fetch.middlewares.RobotsTxtMiddleware": 100,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    # Pages whose text only a script brings, shown to a browser that never connects by itself.
    "crawler.fetch.rendering.RenderingMiddleware": 200,
}

# Slow down when the outlet does; the default is full speed.
AUTOTHROTTLE_ENABLED = True

# Of 5 s: a second is polite for a newspaper, and AutoThrottle finds its own pace from there.
AUTOTHROTTLE_START_DELAY = 1.0

# The least pause between two requests to one host; the default is none.
DOWNLOAD_DELAY = 1.0

# Half of it more or less by chance, by default: a pause a host asked for must not be cut short.
DOWNLOAD_DELAY_JITTER = 0

# Of 8: a reader has a page open and perhaps another.
CONCURRENT_REQUESTS_PER_DOMAIN = 2

# Without 429: asking again at once those who said "too many" makes it worse; the next run asks again.
RETRY_HTTP_CODES = [408, 500, 502, 503, 504, 522, 524]

# --- nothing that was fetched is thrown away --------------------------------------------------------------------------

# A 404, a 410, a wall are answers: Scrapy would drop them before they are recorded.
HTTPERROR_ALLOW_ALL = True

# A torn body is evidence with the verdict `cut`: Scrapy would raise an error and lose the bytes.
DOWNLOAD_FAIL_ON_DATALOSS = False

# --- for whoever watches ----------------------------------------------------------------------------------------------

# Scrapy's DEBUG prints every page; the summary says the rest.
LOG_LEVEL = "WARNING"
