// The version of this code, as package.json has it: a test holds them to each other. Used wherever an answer must say what
// gave it.
export const version = "0.1.0"
