"""The application that Granian serves: whole requests only, in few threads."""

from berdaya.config.door import Door
from berdaya.config.wsgi import application as wsgi

application = Door(wsgi)
