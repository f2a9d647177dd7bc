// What `make lint` asks of scripts: ESLint's recommended rules. Modules are found by NODE_PATH,
// since they lie in the environment and not beside this file.
const js = require("@eslint/js");
const globals = require("globals");

const TESTS = ["packages/*/tests/**/*.js"];

module.exports = [
  js.configs.recommended,
  {
    languageOptions: { sourceType: "script", globals: globals.browser },
    rules: {
      "no-control-regex": "off", // some answers hold control characters, which count as spaces
      "no-empty": ["error", { allowEmptyCatch: true }], // a comment says why nothing is done
      // Scripts run in functions of their own, in which a name such as `status` is free.
      "no-redeclare": ["error", { builtinGlobals: false }],
      "no-unused-vars": ["error", { ignoreRestSiblings: true, argsIgnorePattern: "^_$" }],
    },
  },
  {
    files: ["**/worker.js"],
    languageOptions: {
      globals: {
        ...globals.worker,
        ...globals.serviceworker,
        BOOK: "readonly",
      },
    },
  },
  { files: ["**/editor.js"], languageOptions: { sourceType: "module" } },
  {
    files: [...TESTS, ".ci/**"],
    languageOptions: { sourceType: "commonjs", globals: globals.node },
  },
  // What a test stands in for, and what a script leaves for others.
  {
    files: TESTS,
    languageOptions: { globals: { python: "readonly", stillCharts: "readonly" } },
  },
];
