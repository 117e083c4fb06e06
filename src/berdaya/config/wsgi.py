"""The WSGI application that Granian serves.

Behind a proxy (``BERDAYA_HTTPS=1``) every request comes from the proxy's own address. What slows guessing counts by
address, so the one that the proxy names is taken, from the proxies in ``BERDAYA_PROXIES`` and from nobody else.
"""

import os

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

PROXIES = "127.0.0.1,::1"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "berdaya.config.settings")
application = get_wsgi_application()
if os.environ.get("BERDAYA_HTTPS") == "1":
    application = wrap_wsgi_with_proxy_headers(application, os.environ.get("BERDAYA_PROXIES", PROXIES))
