"""What tests/compile/manual.sh asks of the manual.

    manual.py snippets DIRECTORY FILE...   writes the C blocks of Markdown files as programs and
                                           functions into DIRECTORY, and prints their names
    manual.py tables HEADER README DEFAULTS PAGE...
                                           compares tables of options and limits with the header and
                                           with the code: lines "ok NAME" and "FAIL NAME: why"
"""
import os
import re
import sys

FRAME = '''#include "httpsc.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
void snippet(httpsc_client *client, const char *url);
void snippet(httpsc_client *client, const char *url)
{
    httpsc_options options = {0};
    httpsc_tls_options tls = {0};
    httpsc_request request = {0};
    httpsc_response *response = NULL;
    httpsc_transfer *transfer = NULL;
    httpsc_error error = {0};
    int code = HTTPSC_OK;
    (void)client, (void)url, (void)options, (void)tls, (void)request, (void)response;
    (void)transfer, (void)error, (void)code;
    {
%s
    }
    (void)code;
}
'''
FILE = '#include "httpsc.h"\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n%s\n'


def snippets(directory, files):
    for path in files:
        name = os.path.basename(os.path.dirname(path)) + '-' + os.path.basename(path)[:-3]
        blocks = re.findall(r'^```c\n(.*?)^```$', open(path).read(), re.S | re.M)
        for number, text in enumerate(blocks, 1):
            if 'int main(' in text:
                program = text
            elif re.search(r'^\{', text, re.M):
                program = FILE % text
            else:
                program = FRAME % text
            out = '%s-%d' % (name, number)
            with open(os.path.join(directory, out + '.c'), 'w') as file:
                file.write(program)
            print(out)


def number_of(text):
    """The number at the start of a default: "16 KiB", "30,000", "-1", "100"; or None."""
    found = re.match(r'(-?[0-9][0-9,]*)( [KM]iB)?\b', text.strip())
    if not found:
        return None
    scale = {None: 1, ' KiB': 1024, ' MiB': 1024 * 1024}[found.group(2)]
    return int(found.group(1).replace(',', '')) * scale


def fields_of(header, struct, prefix):
    """{name: default's text or None} of a struct: what its comment says behind "default"."""
    body = re.search(r'typedef struct %s \{\n(.*?)^\} %s;' % (struct, struct), header,
                     re.S | re.M).group(1)
    body = re.sub(r'^ {4}/\*.*?\*/\n', '', body, flags=re.S | re.M)  # comments of their own
    out = {}
    pattern = r'^ {4}(?! )([^;{}]*?);[ ]*(/\*.*?\*/)?'
    for declaration, comment in re.findall(pattern, body, re.S | re.M):
        declaration = re.sub(r'/\*.*?\*/', '', declaration, flags=re.S)
        pointer = re.search(r'\(\*(\w+)\)', declaration)
        names = [pointer.group(1)] if pointer else [
            re.search(r'(\w+)\s*$', part).group(1) for part in declaration.split(',')]
        comment = re.sub(r'\s*\n\s*\*?\s*', ' ', comment)
        default = re.search(r'\b[Dd]efault:? (.*)', comment)
        for name in names:
            out[prefix + name] = default.group(1) if default else None
    return out


def rows_of(path):
    """[(names, default)] of the tables of a page."""
    out = []
    for line in open(path):
        cells = [cell.strip() for cell in re.split(r'(?<!\\)\|', line.strip())[1:-1]]
        if len(cells) >= 2 and cells[0].startswith('`'):
            out.append((re.findall(r'`([\w.]+)`', cells[0]), cells[1]))
    return out


num_failed = 0


def check(name, why, is_good):
    global num_failed
    print('ok ' + name if is_good else 'FAIL %s: %s' % (name, why))
    num_failed += not is_good


def compare(place, rows, wanted, code):
    """Each field has a row, each row that names a default names the header's."""
    for name, said in wanted.items():
        found = [default for names, default in rows if name in names]
        check('%s: %s' % (place, name), 'has no row', found != [])
        for row in found:
            compare_row('%s: %s' % (place, name), name, row, said, code)


def compare_row(label, name, row, said, code):
    if said is not None and number_of(said) is not None:
        check(label, 'default %s, the header has %s' % (row, said),
              number_of(row) == number_of(said))
    elif said is not None and said.startswith('none'):
        check(label, 'default %s, the header has none' % row, row.startswith('none'))
    else:
        check(label, 'no default', row != '')
    short = name.split('.')[-1]
    if short in code:
        check(label + ' in the code', 'default %s, the code has %d' % (row, code[short]),
              number_of(row) == code[short])


def tables(header_path, readme, code_paths, pages):
    header = open(header_path).read()
    code = {}
    for path in code_paths:
        text = open(path).read()
        for name, value in re.findall(r'defaults_size\(&limits->(\w+), ([^;]+)\);', text):
            code[name] = eval(value.replace('(size_t)', ''))
        for name, value in re.findall(r'out->(\w+_ms) =\s*begin_timeout\([^;]*, (\d+)\);', text):
            code[name] = int(value)
    check('defaults of the code', 'only %d were found' % len(code), len(code) >= 22)
    options = fields_of(header, 'httpsc_options', '')
    tls = fields_of(header, 'httpsc_tls_options', '')
    timeouts = fields_of(header, 'httpsc_timeouts', '')
    limits = fields_of(header, 'httpsc_limits', '')
    check('limits of the header', 'not those of the code',
          set(limits) == {name for name in code if not name.endswith('_ms')})
    for name in list(timeouts) + list(limits):
        if name in code:
            check('header: ' + name, '%s, the code has %d' % (
                (timeouts.get(name) or limits.get(name)), code[name]),
                number_of(timeouts.get(name) or limits.get(name) or '') == code[name])
    rows = rows_of(readme)
    inline = {'tls.' + name: said for name, said in tls.items()}
    inline.update({'timeouts.' + name: said for name, said in timeouts.items()})
    inline.update({name: said for name, said in options.items()
                   if name not in ('tls', 'timeouts', 'limits')})
    compare('README', rows, inline, code)
    compare('README', rows, limits, code)
    known = set(inline) | set(limits)
    for names, default in rows:
        for name in names:
            if re.match(r'(tls|timeouts)\.|max_', name):
                check('README: %s is there' % name, 'the header does not have it', name in known)
    limit_rows = [row for page in pages if page.endswith('limits.md') for row in rows_of(page)]
    other_rows = [row for page in pages if not page.endswith('limits.md')
                  for row in rows_of(page)]
    compare('manual', limit_rows, limits, code)
    compare('manual', other_rows, timeouts, code)
    for struct, prefix in (('options', ''), ('tls_options', ''), ('request', ''), ('identity', ''),
                           ('auth', 'auth.'), ('hooks', 'hooks.')):
        fields = fields_of(header, 'httpsc_' + struct, prefix)
        fields.pop('timeouts', None)
        compare('manual', other_rows, fields, {})


if sys.argv[1] == 'snippets':
    snippets(sys.argv[2], sys.argv[3:])
else:
    tables(sys.argv[2], sys.argv[3], sys.argv[4].split(','), sys.argv[5:])
    sys.exit(num_failed > 0)
