// All that the program asks of Node.js; its own types are a package of some megabytes.
declare const process: { env: Record<string, string | undefined> };
