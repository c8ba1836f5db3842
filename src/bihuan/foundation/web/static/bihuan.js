// 闭环: small behaviours on top of pages that work without any of them.
"use strict";
