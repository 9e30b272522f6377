# Renders many pages in one process, as Jekyll does: kramdown with its GFM parser and without hard line breaks.
# One JSON object a line in ({"id", "text"}) and out ({"id", "html"} or {"id", "error"}).
require "json"
require "kramdown"
require "kramdown-parser-gfm"

$stdin.set_encoding("UTF-8")
$stdout.sync = true
OPTIONS = { input: "GFM", hard_wrap: false, syntax_highlighter: nil }.freeze

$stdin.each_line do |line|
  page = JSON.parse(line)
  begin
    answer = { id: page["id"], html: Kramdown::Document.new(page["text"], OPTIONS).to_html }
  rescue StandardError, SystemStackError => e
    answer = { id: page["id"], error: "#{e.class}: #{e.message}" }
  end
  puts JSON.generate(answer)
end
