export const id = 212;
export const ids = [212];
export const modules = {

/***/ 42212:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (__WEBPACK_DEFAULT_EXPORT__)
/* harmony export */ });
function Extract() {
  throw new Error('artifacts are never unzipped: downloads pass skipDecompress');
}

/* harmony default export */ const __WEBPACK_DEFAULT_EXPORT__ = ({ Extract });


/***/ })

};
