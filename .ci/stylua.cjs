// stylua.cjs [--fix] FILE…: are these Lua files formatted? StyLua's own program is not on a registry,
// its library is; it is looked up from the folder NODE_PATH names.
const { readFileSync, writeFileSync } = require('node:fs');
const { Config, IndentType, LuaVersion, OutputVerification, QuoteStyle, formatCode } =
  require('@johnnymorganz/stylua');

const [fix, files] =
  process.argv[2] === '--fix' ? [true, process.argv.slice(3)] : [false, process.argv.slice(2)];

function formatted(code) {
  const config = Config.new(); // formatCode takes it away
  config.column_width = 100;
  config.indent_type = IndentType.Spaces;
  config.indent_width = 2;
  config.quote_style = QuoteStyle.AutoPreferSingle;
  config.syntax = LuaVersion.LuaJIT;
  return formatCode(code, config, undefined, OutputVerification.Full);
}

for (const file of files) {
  const code = readFileSync(file, 'utf8');
  const wanted = formatted(code);
  if (wanted === code) continue;
  if (fix) {
    writeFileSync(file, wanted);
  } else {
    console.error(`${file} is not formatted; .ci/neovim --fix formats it`);
    process.exitCode = 1;
  }
}
