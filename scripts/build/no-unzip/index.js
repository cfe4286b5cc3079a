function Extract() {
  throw new Error('artifacts are never unzipped: downloads pass skipDecompress');
}

export default { Extract };
