# Writes BearSSL's needed files as one block of C, for amalgamate.sh --bundle.
#
#   awk -f tools/bundle.awk -v tree=DIR -v comments=0|1 -v mode=block|files \
#       FILES-THAT-USE-IT -- BEARSSL-FILES
#
# FILES-THAT-USE-IT are our sources: every name in them that BearSSL defines is needed, and what
# that needs in turn. BEARSSL-FILES are paths below tree. The block has three parts, each closed by
# a line "@@": names put aside, the text itself, names given back.
#
# No line of BearSSL's is changed. Between the fences of a file (">>>>", "<<<<") lines of ours
# begin with HC_BR_, and an #include of a file that is in the block already stands in a comment.
# Everything else is done outside the fences by #define and #undef.

function die(text)
{
    print "amalgamate.sh: " text | "cat 1>&2"
    close("cat 1>&2")
    failed = 1
    exit 1
}

# The line without its comments. Strings are known; in_comment goes on to the next line.
function without_comments(line,    out, at)
{
    out = ""
    for (;;) {
        if (in_comment) {
            at = index(line, "*/")
            if (at == 0) {
                return out
            }
            line = substr(line, at + 2)
            in_comment = 0
            out = out " "
        }
        if (!match(line, /\/\*|"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\//)) {
            return out line
        }
        if (substr(line, RSTART, 2) == "//") {
            return out substr(line, 1, RSTART - 1)
        }
        if (substr(line, RSTART, 2) == "/*") {
            out = out substr(line, 1, RSTART - 1)
            line = substr(line, RSTART + 2)
            in_comment = 1
        } else {
            out = out substr(line, 1, RSTART + RLENGTH - 1)
            line = substr(line, RSTART + RLENGTH)
        }
    }
}

function load(file,    path, n, i, line)
{
    path = tree "/" file
    n = 0
    in_comment = 0
    while ((i = (getline line < path)) > 0) {
        text[file, ++n] = line
        code[file, n] = without_comments(line)
        sub(/[ \t\r]+$/, "", code[file, n])
        # a comment within a macro: the line goes on after it
        if (line ~ /\\$/ && code[file, n] !~ /\\$/) {
            code[file, n] = code[file, n] " \\"
        }
        if (!(file in copyright) && match(line, /Copyright \(c\) .*/)) {
            copyright[file] = substr(line, RSTART)
            sub(/[ \t]*<.*$/, "", copyright[file])
        }
    }
    if (i < 0) {
        die("cannot read " path)
    }
    close(path)
    if (n == 0) {
        die(path " is empty")
    }
    if (in_comment) {
        die(path " ends within a comment: it is truncated")
    }
    num_lines[file] = n
}

# Splits a line into the global tok[1..]; strings and character constants are one token each.
function tokenize(line,    n)
{
    n = 0
    while (match(line, token)) {
        tok[++n] = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
    }
    return n
}

function is_name(word)
{
    return word ~ /^[A-Za-z_]/
}

# Notes that the text of entity (a file, or a macro or inline function of a header) names word.
function note(file, entity, word)
{
    if (!is_name(word) || ((entity, word) in noted)) {
        return
    }
    noted[entity, word] = 1
    if (entity ~ /^inline /) {
        used_inline[word] = 1
    }
    if (!((file, word) in first_line)) {
        first_line[file, word] = scan_line
    }
    refs[entity] = refs[entity] " " word
    if (word ~ /^br_/ && !((file, word) in has_word)) {
        has_word[file, word] = 1
        words_of[file] = words_of[file] " " word
    }
}

function add_local(file, name)
{
    if (name ~ /^br_/ || ((file, name) in is_local)) {
        return
    }
    is_local[file, name] = 1
    locals[file] = locals[file] " " name
}

function words_up_to(n,    i, text)
{
    text = decl[1]
    for (i = 2; i <= n; i++) {
        text = text " " decl[i]
    }
    gsub(/ \( /, "(", text)
    gsub(/ \)/, ")", text)
    gsub(/ ,/, ",", text)
    gsub(/\* /, "*", text)
    return text
}

# Follows an #if, #elif, #else or #endif: condition[1..depth].
function follow_condition(line)
{
    sub(/^[ \t]*#[ \t]*/, "", line)
    if (line ~ /^if/) {
        depth++
        before[depth] = ""
    } else if (line ~ /^el/) {
        before[depth] = before[depth] "!(" last_of[depth] ") && "
    } else if (line ~ /^endif/) {
        depth--
        return
    } else {
        return
    }
    if (line ~ /^ifn?def/) {
        last_of[depth] = "defined(" substr(line, index(line, " ") + 1) ")"
        if (line ~ /^ifn/) {
            last_of[depth] = "!" last_of[depth]
        }
    } else if (line ~ /^else/) {
        last_of[depth] = "1"
    } else {
        last_of[depth] = substr(line, index(line, " ") + 1)
    }
    condition[depth] = before[depth] "(" last_of[depth] ")"
}

function under_condition(text,    i, all)
{
    if (depth == 0) {
        return text
    }
    all = condition[1]
    for (i = 2; i <= depth; i++) {
        all = all " && " condition[i]
    }
    return "#if " all "\n" text "#endif\n"
}

# A whole declaration at file scope: decl[1..num_decl], without bodies. Says what it introduces.
function end_declaration(file, has_body,    i, name, is_static, kind, depth, type)
{
    is_static = 0
    name = ""
    kind = "object"
    if (num_decl == 0) {
        return
    }
    if (decl[1] == "typedef") {
        for (i = 2; i < num_decl; i++) {
            if (decl[i] == "(" && decl[i + 1] == "*" && name == "") {
                name = decl[i + 2]
            }
        }
        for (i = num_decl; i > 1 && name == ""; i--) {
            if (is_name(decl[i])) {
                name = decl[i]
            }
        }
        add_local(file, name)
        num_decl = 0
        return
    }
    type = ""
    for (i = 1; i <= num_decl; i++) {
        if (decl[i] == "static") {
            is_static = 1
        }
        if (decl[i] == "extern") {
            kind = "extern"
        }
        if (decl[i] == "(" || decl[i] == "=" || decl[i] == "[" || decl[i] == ";") {
            break
        }
        type = type (type == "" ? "" : " ") name
        name = decl[i]
    }
    sub(/^ /, "", type)
    if (decl[i] == "(") {
        kind = has_body ? "function" : "prototype"
    }
    if (!is_name(name) || type == "") {
        num_decl = 0
        return
    }
    if (is_static) {
        add_local(file, name)
        if (file ~ /\.h$/ && has_body) {
            inline_of[name] = file
        }
    } else if (kind == "function" || kind == "object" && file ~ /\.c$/) {
        if (name in home && home[name] != file) {
            die(name " is defined in " home[name] " and in " file)
        }
        if (!(name in home) && first_line[file, name] < decl_line) {
            forward[file] = forward[file] under_condition("static " \
                words_up_to(kind == "function" ? num_decl : i - 1) ";\n")
        }
        home[name] = file
        kind_of[name] = kind
        private_at[file, decl_line] = kind == "function" ? "HC_BR_STATIC_FN" : "HC_BR_STATIC"
    } else if (kind == "prototype" && file ~ /\.h$/) {
        prototype_at[file, decl_line] = name
    } else if (kind == "prototype") {
        private_at[file, decl_line] = "HC_BR_STATIC_FN"
        first_line[file, name] = num_lines[file]
    }
    num_decl = 0
}

# A preprocessor line of file, or one that goes on from the line before it.
function scan_directive(file, line,    n, k, name)
{
    if (!in_directive) {
        macro = ""
        follow_condition(line)
        if (line ~ /^[ \t]*#[ \t]*ifdef[ \t]+__cplusplus/) {
            in_cplusplus = 1
        } else if (in_cplusplus && line ~ /^[ \t]*#[ \t]*endif/) {
            in_cplusplus = 0
        } else if (match(line, /^[ \t]*#[ \t]*define[ \t]+[A-Za-z_0-9]+/)) {
            macro = substr(line, RSTART, RLENGTH)
            sub(/^.*[ \t]/, "", macro)
            if (!((file, macro) in is_macro)) {
                is_macro[file, macro] = 1
                macros[file] = macros[file] " " macro
                macro_home[macro] = file
            }
        } else if (line ~ /^[ \t]*#[ \t]*include[ \t]*"/) {
            name = line
            sub(/^[^"]*"/, "", name)
            sub(/".*$/, "", name)
            includes[file, scan_line] = name
            # what a file defines first changes what the header says
            if (name == "inner.h" && macros[file] != "") {
                asks[file] = macros[file]
            }
        }
    }
    in_directive = line ~ /\\$/
    if (macro != "") {
        n = tokenize(line)
        for (k = 1; k <= n; k++) {
            note(file, file ~ /\.h$/ ? "macro " macro : file, tok[k])
        }
    }
}

# An attribute, with what stands in its parentheses, is no part of a declaration.
function in_attribute(file, word, next_word,    makes_functions)
{
    if (attribute) {
        attribute_depth += (word == "(") - (word == ")")
        attribute = attribute_depth > 0
        return 1
    }
    makes_functions = num_decl == 0 && ((file, word) in is_macro) && next_word == "("
    if (braces > 0 || parens > 0 ||
        word !~ /^(BR_TARGET|__attribute__)$/ && !makes_functions) {
        return 0
    }
    attribute = 1
    attribute_depth = 0
    if (makes_functions) {
        note(file, entity, word)
    } else if (num_decl == 0 && !held_line) {
        held_line = scan_line
    }
    return 1
}

# A brace at file scope begins or ends a body; 1 when it did.
function body_brace(file, word,    i)
{
    if (word == "{" && braces++ == 0) {
        in_body = decl[num_decl] == ")"
        enumerating = decl[1] == "enum" || decl[1] == "typedef" && decl[2] == "enum"
        if (file ~ /\.h$/ && in_body) {
            for (i = 1; i < num_decl && decl[i + 1] != "("; i++) {
            }
            entity = "inline " decl[i]
        }
        return 1
    }
    if (word == "}" && --braces < 0) {
        die(tree "/" file ":" scan_line ": braces do not match")
    }
    if (word == "}" && braces == 0) {
        entity = file
        if (in_body) {
            end_declaration(file, 1)
            in_body = 0
        }
        return 1
    }
    return 0
}

# The token tok[k] of a line of code.
function scan_token(file, k,    word)
{
    word = tok[k]
    if (in_attribute(file, word, tok[k + 1])) {
        return
    }
    if (braces == 0 && parens == 0 && num_decl == 0) {
        if (word ~ /^BR_TARGETS_X86_(UP|DOWN)$/ || word == ";") {
            return
        }
        if (!held_line && k > 1 && file ~ /\.c$/) {
            die(tree "/" file ":" scan_line ": a declaration that does not begin its line")
        }
        decl_line = held_line ? held_line : scan_line
        held_line = 0
    }
    note(file, entity, word)
    parens += (word == "(") - (word == ")")
    if (body_brace(file, word)) {
        return
    }
    if (braces > 0) {
        if (enumerating && is_name(word) && (k == 1 || tok[k - 1] ~ /^[{,]$/)) {
            add_local(file, word)
        }
        return
    }
    decl[++num_decl] = word
    if (word == ";" && parens == 0) {
        end_declaration(file, 0)
    }
}

# Reads the declarations, macros and references of a loaded file.
function scan(file,    i, n, k)
{
    braces = parens = in_directive = in_cplusplus = in_body = enumerating = 0
    num_decl = depth = attribute = held_line = 0
    entity = file
    for (i = 1; i <= num_lines[file]; i++) {
        scan_line = i
        if (in_directive || code[file, i] ~ /^[ \t]*#/) {
            scan_directive(file, code[file, i])
        } else if (!in_cplusplus) {
            n = tokenize(code[file, i])
            tok[n + 1] = ""
            for (k = 1; k <= n; k++) {
                scan_token(file, k)
            }
        }
    }
    if (braces != 0 || parens != 0 || num_decl != 0 || in_directive) {
        die(tree "/" file " ends within a declaration: it is truncated")
    }
}

# Follows what is named from here: files that define it, and the macros and inline functions of
# headers on the way.
function need(entity,    n, i, name, part)
{
    if (entity in seen) {
        return
    }
    seen[entity] = 1
    n = split(refs[entity], part, " ")
    for (i = 1; i <= n; i++) {
        name = part[i]
        if (name in home && !(home[name] in needed)) {
            needed[home[name]] = 1
            queue[++num_queue] = home[name]
        }
        if (name in macro_home && !(("macro " name) in seen)) {
            queue[++num_queue] = "macro " name
        }
        if (name in inline_of && !(("inline " name) in seen)) {
            queue[++num_queue] = "inline " name
        }
    }
}

function put(line)
{
    print line
}

function heading(file,    line)
{
    line = "/* ---- BearSSL " file (file in copyright ? ": " copyright[file] : "") " "
    while (length(line) < 96) {
        line = line "-"
    }
    put("")
    put(line " */")
}

# The file's text between its fences.
function put_text(file,    i, line, blank)
{
    put("/* >>>> " file " */")
    blank = 1
    for (i = 1; i <= num_lines[file]; i++) {
        if ((file, i) in private_at) {
            put(private_at[file, i])
        } else if (((file, i) in prototype_at) && is_early(prototype_at[file, i])) {
            put("HC_BR_STATIC_FN")
        }
        line = comments ? text[file, i] : code[file, i]
        if ((file, i) in includes) {
            line = "/* " code[file, i] " */"
        }
        if (!comments && line == "" && blank) {
            continue
        }
        blank = line == ""
        put(line)
        if (code[file, i] ~ /^[a-z_]*lookup_Gwin\(/) {
            in_lookup = 1
        } else if (code[file, i] ~ /^}/) {
            in_lookup = 0
        }
        if (in_lookup && code[file, i] ~ /^[ \t]*m = -EQ\(idx, k \+ 1\);$/) {
            put("HC_BR_HIDE(m);")
            num_hidden[file]++
        }
    }
    put("/* <<<< " file " */")
}

function put_header(file,    i, name, path)
{
    if (file in is_put) {
        return
    }
    is_put[file] = 1
    for (i = 1; i <= num_lines[file]; i++) {
        if ((file, i) in includes) {
            put_header(header_path(includes[file, i]))
        }
    }
    heading(file)
    put_text(file)
}

function header_path(name)
{
    if (("inc/" name) in num_lines) {
        return "inc/" name
    }
    if (("src/" name) in num_lines) {
        return "src/" name
    }
    die("there is no " name " in " tree)
}

function short(file)
{
    sub(/^.*\//, "", file)
    sub(/\.[ch]$/, "", file)
    return file
}

# The file, after those that it uses: so nothing has to be declared ahead of its definition.
function put_source(file)
{
    if (file in is_put) {
        return
    }
    if (file in in_work) {
        die(file " and a file that it uses need each other")
    }
    in_work[file] = 1
    put_uses(file, file)
    is_put[file] = 1
    put_one_source(file)
}

function put_uses(file, entity,    n, i, name, part)
{
    n = split(refs[entity], part, " ")
    for (i = 1; i <= n; i++) {
        name = part[i]
        if (name in home && home[name] != file) {
            put_source(home[name])
        }
        if (name in macro_home && macro_home[name] ~ /\.h$/ && !((file, name) in followed)) {
            followed[file, name] = 1
            put_uses(file, "macro " name)
        }
        if (name in inline_of && !((file, name) in followed)) {
            followed[file, name] = 1
            put_uses(file, "inline " name)
        }
    }
}

function put_one_source(file,    n, i, local_name)
{
    heading(file)
    n = split(locals[file], local_name, " ")
    for (i = 1; i <= n; i++) {
        # a name that is a macro under other conditions stays
        if (!((file, local_name[i]) in is_macro)) {
            put("#define " local_name[i] " hc_br_" short(file) "_" local_name[i])
        }
    }
    if (file in forward) {
        printf "%s", forward[file]
    }
    put_text(file)
    for (i = 1; i <= n; i++) {
        put("#undef " local_name[i])
    }
    n = split(macros[file], local_name, " ")
    for (i = 1; i <= n; i++) {
        put("#undef " local_name[i])
    }
}

# Names in byte order; counts stay small enough for this.
function sort(list, n,    i, k, held)
{
    for (i = 2; i <= n; i++) {
        held = list[i]
        for (k = i - 1; k >= 1 && list[k] > held; k--) {
            list[k + 1] = list[k]
        }
        list[k + 1] = held
    }
}

function collect(    f, i, n, part, file, name)
{
    num_words = num_guarded = 0
    for (f = 1; f <= num_files; f++) {
        file = files[f]
        if (!(file in needed)) {
            continue
        }
        n = split(words_of[file], part, " ")
        for (i = 1; i <= n; i++) {
            name = part[i]
            if (!(name in macro_home) && !(name in word_seen)) {
                word_seen[name] = 1
                words[++num_words] = name
            }
        }
        n = split(macros[file] " " locals[file], part, " ")
        for (i = 1; i <= n; i++) {
            name = part[i]
            if (!(name in guarded_seen)) {
                guarded_seen[name] = 1
                guarded[++num_guarded] = name
            }
            # the configuration of inner.h may come from the command line, "__" is the compiler's
            if (file ~ /^inc\// || name !~ /^(BR_|__)/) {
                clear_first[name] = 1
            }
            if (file ~ /\.h$/ && ((file, name) in is_local) && !((file, name) in is_macro)) {
                header_local[name] = 1
            }
        }
    }
    sort(words, num_words)
    sort(guarded, num_guarded)
}

function is_defined(name)
{
    return name in home && home[name] in needed
}

# A function that an inline function of a header calls is private from the header on.
function is_early(name)
{
    return is_defined(name) && kind_of[name] == "function" && name in used_inline
}

function put_open(    i, name, n, part)
{
    for (i = 1; i <= num_guarded; i++) {
        put("#pragma push_macro(\"" guarded[i] "\")")
    }
    for (i = 1; i <= num_guarded; i++) {
        if (guarded[i] in clear_first) {
            put("#undef " guarded[i])
        }
    }
    for (i = 1; i <= num_words; i++) {
        name = words[i]
        # what a header declares extern would stay so: there it has a name that nobody uses
        put("#define " name " hc_" name (is_defined(name) && !is_early(name) ? "_extern" : ""))
    }
    for (i = 1; i <= num_guarded; i++) {
        if (guarded[i] in header_local) {
            put("#define " guarded[i] " hc_br_" guarded[i])
        }
    }
}

function put_block(    f, i, k, n, name, part)
{
    for (f = 1; f <= num_files; f++) {
        n = files[f] in needed ? split(asks[files[f]], part, " ") : 0
        for (i = 1; i <= n; i++) {
            if (!(part[i] in asked)) {
                asked[part[i]] = 1
                put("#define " part[i] " 1")
            }
        }
    }
    for (f = 1; f <= num_files; f++) {
        if (files[f] in needed && files[f] ~ /\.h$/) {
            put_header(files[f])
        }
    }
    put("")
    put("/* Functions and objects of the files below. */")
    for (i = 1; i <= num_words; i++) {
        name = words[i]
        if (is_defined(name) && !is_early(name)) {
            put("#undef " name)
            put("#define " name " hc_" name)
        }
    }
    for (f = 1; f <= num_files; f++) {
        if (files[f] in needed && files[f] ~ /\.c$/) {
            put_source(files[f])
        }
    }
}

function put_close(    i)
{
    for (i = 1; i <= num_words; i++) {
        put("#undef " words[i])
    }
    for (i = 1; i <= num_guarded; i++) {
        put("#undef " guarded[i])
    }
    for (i = 1; i <= num_guarded; i++) {
        put("#pragma pop_macro(\"" guarded[i] "\")")
    }
}

BEGIN {
    token = "[A-Za-z_][A-Za-z_0-9]*|[0-9][A-Za-z_0-9.]*|\"([^\"\\\\]|\\\\.)*\"|" \
        "'([^'\\\\]|\\\\.)*'|[^ \t]"
    num_files = num_ours = 0
    for (i = 1; i < ARGC; i++) {
        if (ARGV[i] == "--") {
            num_ours = i - 1
        } else if (num_ours) {
            files[++num_files] = ARGV[i]
        } else {
            ours[i] = ARGV[i]
        }
    }
    for (i = 1; i <= num_files; i++) {
        load(files[i])
        scan(files[i])
    }
    for (i = 1; i <= num_ours; i++) {
        in_comment = 0
        while ((getline line < ours[i]) > 0) {
            n = tokenize(without_comments(line))
            for (k = 1; k <= n; k++) {
                note("ours", "ours", tok[k])
            }
        }
        close(ours[i])
    }
    # every header: they include each other, and their text is not changed
    for (i = 1; i <= num_files; i++) {
        if (files[i] ~ /\.h$/) {
            needed[files[i]] = 1
        }
    }
    queue[num_queue = 1] = "ours"
    for (i = 1; i <= num_queue; i++) {
        need(queue[i])
    }
    if (mode == "files") {
        for (i = 1; i <= num_files; i++) {
            if (files[i] in needed) {
                print files[i]
            }
        }
        exit 0
    }
    collect()
    put_open()
    print "@@"
    put_block()
    if (num_hidden["src/ec/ec_p256_m31.c"] != 1) {
        die("lookup_Gwin has not the text for which its barrier was written")
    }
    print "@@"
    put_close()
    print "@@"
    exit 0
}

END {
    exit failed
}
