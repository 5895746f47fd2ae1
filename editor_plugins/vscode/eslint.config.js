import { defineConfig, globalIgnores } from "eslint/config";
import { configs } from "typescript-eslint";

const tests = { from: "package", package: "node:test", name: ["after", "before", "test"] };

export default defineConfig(
  globalIgnores(["dist/", "*.js"]),
  configs.strictTypeChecked,
  configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: [tests] }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
);
