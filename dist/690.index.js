export const id = 690;
export const ids = [690];
export const modules = {

/***/ 75690:
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
