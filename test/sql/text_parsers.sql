-- Parsers and configurations of vecext: the words of odd texts by the rules of UAX #29, by letters and digits, by white space.
\set VERBOSITY terse
SET client_min_messages = warning;
-- Words that are separated by a bar; none are written "-", and the same as the column before "=".
CREATE TABLE odd (body text, standard text, word text);
COPY odd FROM stdin;
The quick brown fox.	the|quick|brown|fox	=
iPhone-15 case	iphone|15|case	=
covid-19 vaccine	covid|19|vaccine	=
DS-7604NI-E1	ds|7604ni|e1	=
poseidon-1234	poseidon|1234	=
WH-1000XM5/B	wh|1000xm5|b	=
AB.123	ab|123	=
RTX 4090 Ti	rtx|4090|ti	=
i7-13700K	i7|13700k	=
SKU#12-34_56	sku|12|34_56	sku|12|34|56
a-b-c	a|b|c	=
e-mail	e|mail	=
co-op	co|op	=
state-of-the-art	state|of|the|art	=
--verbose	verbose	=
x86_64	x86_64	x86|64
a_b	a_b	a|b
__init__	__init__	init
_	-	-
snake_case_name	snake_case_name	snake|case|name
camelCaseName	camelcasename	=
kebab-case-name	kebab|case|name	=
$HOME	home	=
%TEMP%	temp	=
@user	user	=
#hashtag	hashtag	=
C++	c	=
C#	c	=
F#	f	=
.NET	net	=
node.js	node.js	node|js
Vue.js 3.4.1	vue.js|3.4.1	vue|js|3|4|1
v1.2.3	v1.2.3	v1|2|3
v1.2.3-rc.1	v1.2.3|rc|1	v1|2|3|rc|1
1.2.3-beta	1.2.3|beta	1|2|3|beta
python3.11	python3.11	python3|11
ASP.NET Core	asp.net|core	asp|net|core
user@example.com	user|example.com	user|example|com
first.last+tag@sub.example.co.uk	first.last|tag|sub.example.co.uk	first|last|tag|sub|example|co|uk
mailto:me@x.org	mailto:me|x.org	mailto|me|x|org
https://example.com/path	https|example.com|path	https|example|com|path
http://a.b.c/d?e=f&g=h#i	http|a.b.c|d|e|f|g|h|i	http|a|b|c|d|e|f|g|h|i
https://en.wikipedia.org/wiki/BM25_(x)	https|en.wikipedia.org|wiki|bm25_|x	https|en|wikipedia|org|wiki|bm25|x
ftp://10.0.0.1:21/	ftp|10.0.0.1|21	ftp|10|0|0|1|21
www.example.com:8080	www.example.com|8080	www|example|com|8080
localhost:5432	localhost|5432	=
192.168.0.1	192.168.0.1	192|168|0|1
::1	1	=
fe80::1	fe80|1	=
2001:db8::ff00	2001|db8|ff00	=
00:1A:2B	00|1a|2b	=
/usr/local/bin	usr|local|bin	=
./configure	configure	=
../a/b.txt	a|b.txt	a|b|txt
C:\\Windows\\System32	c|windows|system32	=
~/notes.md	notes.md	notes|md
file.tar.gz	file.tar.gz	file|tar|gz
libfoo.so.1	libfoo.so|1	libfoo|so|1
a/b testing	a|b|testing	=
and/or	and|or	=
AC/DC	ac|dc	=
24/7	24|7	=
2024-01-15	2024|01|15	=
15.01.2024	15.01.2024	15|01|2024
01/15/2024	01|15|2024	=
2024-01-15T10:30:00Z	2024|01|15t10|30|00z	=
10:30	10|30	=
10.30 Uhr	10.30|uhr	10|30|uhr
3.14	3.14	3|14
1,000,000	1,000,000	1|000|000
1.000,50	1.000,50	1|000|50
-5	5	=
+49 30 123456	49|30|123456	=
(030) 12-34	030|12|34	=
1e10	1e10	=
1.5e-3	1.5e|3	1|5e|3
0xFF	0xff	=
50%	50	=
$9.99	9.99	9|99
9,99 €	9,99	9|99
10kg	10kg	=
5'10"	5'10	5|10
1st 2nd	1st|2nd	=
No.5	no|5	=
a,b	a|b	=
a;b	a|b	=
1;2	1;2	1|2
a.b	a.b	a|b
a..b	a|b	=
a.	a	=
.a	a	=
1.a	1|a	=
a.1	a|1	=
a:b	a:b	a|b
key: value	key|value	=
foo::bar	foo|bar	=
std::vector<int>	std|vector|int	=
x->y	x|y	=
f(x)=x+1	f|x|x|1	=
{"key":"value"}	key|value	=
<b>bold</b>	b|bold|b	=
&amp;	amp	=
foo&bar	foo|bar	=
R&D	r|d	=
AT&T	at|t	=
Q&A	q|a	=
U.S.A.	u.s.a	u|s|a
Ph.D.	ph.d	ph|d
e.g. this	e.g|this	e|g|this
don't	don't	don|t
can’t	can’t	can|t
O'Reilly	o'reilly	o|reilly
rock 'n' roll	rock|n|roll	=
dogs'	dogs	=
'quoted'	quoted	=
"quoted"	quoted	=
l'été	l'été	l|été
aujourd'hui	aujourd'hui	aujourd|hui
d’Artagnan	d’artagnan	d|artagnan
«mot»	mot	=
Straße	strasse	=
STRASSE	strasse	=
Größe	grösse	=
café	café	=
café	café	=
naïve façade	naïve|façade	=
ÀÉÎÕÜ	àéîõü	=
Łódź	łódź	=
smørrebrød	smørrebrød	=
Þórr	þórr	=
Ærø	ærø	=
œuvre	œuvre	=
ﬁnal	final	=
İstanbul	i̇stanbul	=
ılık	ılık	=
Ελλάδα	ελλάδα	=
ΟΔΟΣ	οδοσ	=
οδός	οδόσ	=
Москва	москва	=
ёлка	ёлка	=
Санкт-Петербург	санкт|петербург	=
Україна об'єкт	україна|об'єкт	україна|об|єкт
ქართული	ქართული	=
Հայերեն	հայերեն	=
שלום עולם	שלום|עולם	=
צה"ל	צה"ל	צה|ל
ג'ירפה	ג'ירפה	ג|ירפה
שָׁלוֹם	שָׁלוֹם	=
مرحبا بالعالم	مرحبا|بالعالم	=
العَرَبِيَّة	العَرَبِيَّة	=
سلام، دنیا	سلام|دنیا	=
۱۲۳	۱۲۳	=
हिन्दी भाषा	हिन्दी|भाषा	=
नमस्ते।	नमस्ते	=
বাংলা	বাংলা	=
தமிழ்	தமிழ்	=
ภาษาไทย	ภาษาไทย	=
ภาษาไทย abc	ภาษาไทย|abc	=
ລາວ	ລາວ	=
ខ្មែរ	ខ្មែរ	=
မြန်မာ	မြန်မာ	=
Tiếng Việt	tiếng|việt	=
東京	東|京	東京
東京都庁	東|京|都|庁	東京都庁
日本語テキスト	日|本|語|テキスト	日本語テキスト
ひらがな	ひ|ら|が|な	ひらがな
カタカナ	カタカナ	=
スーパーマーケット	スーパーマーケット	=
ﾃﾞｰﾀ	データ	=
ｶﾀｶﾅ	カタカナ	=
全角ＡＢＣ１２３	全|角|abc123	全角abc123
ｉＰｈｏｎｅ	iphone	=
１，０００	1,000	1|000
人々	人|々	人々
中文分词	中|文|分|词	中文分词
你好，世界！	你|好|世|界	你好|世界
「引用」	引|用	引用
京都・奈良	京|都|奈|良	京都|奈良
𠮷野家	𠮷|野|家	𠮷野家
한국어	한국어	=
한국어 검색	한국어|검색	=
한국abc	한국abc	=
한	한	=
㈱	-	-
iPhone都	iphone|都	iphone都
2024年1月	2024|年|1|月	2024年1月
Windows用	windows|用	windows用
😀	😀	-
a😀b	a|😀|b	a|b
😀😀	😀|😀	-
👍🏽	👍🏽	-
👩‍💻	👩💻	-
👨‍👩‍👧	👨👩👧	-
🇩🇪	🇩🇪	-
🇩🇪🇫🇷	🇩🇪|🇫🇷	-
❤️	❤	-
❤	❤	-
1️⃣	1⃣	1⃣
#️⃣	#⃣	-
☎	☎	-
©2024	2024	=
™	-	-
→	-	-
♥	♥	-
½	-	1⁄2
x²	x	x2
m²	m	m2
H₂O	h|o	h2o
①	-	1
Ⅳ	iv	=
№5	5	=
µm	μm	=
100 °C	100|c	=
auto­matic	automatic	=
zero​width	zero|width	=
می‌خواهم	میخواهم	=
non breaking	non|breaking	=
  	-	-
...	-	-
!!!	-	-
a b	a|b	=
Jean-Luc O'Neil-Smith	jean|luc|o'neil|smith	jean|luc|o|neil|smith
version 2.0 (beta)	version|2.0|beta	version|2|0|beta
key=value;key2=value2	key|value|key2|value2	=
SELECT * FROM "t" WHERE a>=1	select|from|t|where|a|1	=
#include <stdio.h>	include|stdio.h	include|stdio|h
foo(bar, baz)	foo|bar|baz	=
if(x==1){return}	if|x|1|return	=
3D-Drucker	3d|drucker	=
Wi-Fi 6E	wi|fi|6e	=
USB-C auf HDMI	usb|c|auf|hdmi	=
4K@60Hz	4k|60hz	=
16:9	16|9	=
1920×1080	1920|1080	=
M8x40	m8x40	=
Ø 20 mm	ø|20|mm	=
isbn 978-3-16-148410-0	isbn|978|3|16|148410|0	=
DE89 3704 0044	de89|3704|0044	=
ABC123def	abc123def	=
123abc	123abc	=
abc123.45	abc123.45	abc123|45
12abc.de	12abc.de	12abc|de
a1.b2	a1|b2	=
\.
CREATE FUNCTION words_of(config regconfig, body text) RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(d.lexeme ORDER BY d.at), '{}') FROM (SELECT u.lexeme, unnest(u.positions) AS at FROM unnest(to_tsvector(config, body)) u) d
$$;
CREATE VIEW wanted AS SELECT body, s AS standard, CASE word WHEN '=' THEN s WHEN '-' THEN '{}' ELSE string_to_array(word, '|') END AS word
FROM odd, LATERAL (SELECT CASE standard WHEN '-' THEN '{}' ELSE string_to_array(standard, '|') END AS s) l;
SELECT count(*) FROM odd;
SELECT body, standard AS wanted, words_of('vecext.standard', body) AS standard FROM wanted WHERE words_of('vecext.standard', body) <> standard;
SELECT body, word AS wanted, words_of('vecext.word', body) AS word FROM wanted WHERE words_of('vecext.word', body) <> word;
SELECT words_of('vecext.whitespace', 'C++ and  node.js,' || chr(9) || 'user@x.org' || chr(12288) || 'ＡＢＣ a_b' || chr(10) || '東京 😀') AS whitespace;

-- The words of an index are those of to_tsvector: by the cache of words, and as the server parses whole texts.
CREATE FUNCTION differs(config regconfig, text) RETURNS bool LANGUAGE sql AS $$
    SELECT EXISTS (SELECT lexeme, greatest(array_length(positions, 1), 1) FROM unnest(to_tsvector(config, $2))
        EXCEPT SELECT lexeme, count FROM vecext.tokens(config, $2))
        OR (SELECT count(*) FROM vecext.tokens(config, $2)) <> length(to_tsvector(config, $2)) $$;
CREATE TABLE parts AS SELECT part FROM unnest(ARRAY['a', 'B', '1', '_', '.', '''', '"', ',', ':', ' ', '  ', '-', 'é', 'e' || chr(769), 'א', 'カ', 'ｶ',
    '한', '東', 'ひ', 'ไ', chr(8205), '😀', '🇩', chr(65039), '#', '~', '/', '<b>', chr(173), chr(160), 'ß']) part;
SELECT setseed(.4);
CREATE TABLE mixed AS SELECT string_agg(part, '') AS body FROM generate_series(1, 2000) i,
    LATERAL (SELECT part FROM parts WHERE random() < .25 AND i > 0 ORDER BY random() LIMIT 9) s GROUP BY i;
SELECT c AS config, count(*) FILTER (WHERE differs(c, body)) AS differ, count(*) > 2000 AS many
FROM unnest('{vecext.standard,vecext.word,vecext.whitespace,vecext.prefix,vecext.trigram}'::regconfig[]) c, (TABLE mixed UNION ALL SELECT body FROM odd) m GROUP BY c ORDER BY c::text;

-- Tokens have types, of which a text search configuration maps those that it wants. They cover the text.
SELECT * FROM ts_token_type('vecext.standard');
SELECT * FROM ts_token_type('vecext.word');
SELECT tokid, token FROM ts_parse('vecext.standard', 'Wi-Fi: 東京 3.5 ひ カタ 한국 ไทย 👍🏽.');
SELECT ts_headline('vecext.standard', 'The iPhone-15 case, 東京 and more', to_tsquery('vecext.standard', '15 & 東 & case'));
DROP VIEW wanted;
DROP TABLE odd, parts, mixed;
DROP FUNCTION words_of(regconfig, text), differs(regconfig, text);
