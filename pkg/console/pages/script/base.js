// What the pages have in common. Every page works without any of it.
"use strict";
document.documentElement.classList.add("script");
