package dev.lode.publish;

import dev.lode.core.ByteSize;

/// The page for people: plain HTML, no scripts, everything from the data escaped.
final class IndexPage {
    private IndexPage() {}

    /// @param up how the publication's folder is reached from where the page lies: empty or
    ///   `../../`
    static String of(Manifest manifest, String up) {
        var page = new StringBuilder();
        String title = escaped(manifest.title());
        page.append(
                """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <style>
                body { font-family: system-ui, sans-serif; line-height: 1.5; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
                table { border-collapse: collapse; width: 100%% }
                th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ccc }
                td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
                code { overflow-wrap: anywhere }
                </style>
                </head>
                <body>
                <main>
                <h1>%s</h1>
                <p>Generation %d of <time datetime="%s">%s</time>: %s items in %s. Files below never change; their names hold
                the start of their SHA-256. <a href="%s%s/manifest.json">manifest.json</a> says everything about them,
                <a href="%s%s/SHA256SUMS">SHA256SUMS</a> checks them.</p>
                """
                        .formatted(
                                title,
                                title,
                                manifest.generation(),
                                manifest.created(),
                                manifest.created(),
                                number(manifest.items()),
                                escaped(manifest.format()),
                                up,
                                Pointer.folderOf(manifest.generation()),
                                up,
                                Pointer.folderOf(manifest.generation())));
        page.append(
                """
                <p>Programs read <a href="%slatest.json">latest.json</a> first and follow it: then all they fetch belongs together.
                Files in <code>current/</code> have names that stay, but are replaced one by one: two of them may be of different
                generations.</p>
                <table>
                <caption>Archives</caption>
                <thead><tr><th scope="col">Archive</th><th scope="col" class="n">Items</th><th scope="col" class="n">Size</th><th scope="col">Last change</th><th scope="col">Name that stays</th></tr></thead>
                <tbody>
                """
                        .formatted(up));
        for (PublishedFile file : manifest.files()) {
            var change = file.lastChange().toString();
            page.append("<tr><th scope=\"row\"><a href=\"")
                    .append(escaped(up + file.path()))
                    .append("\">")
                    .append(escaped(file.partition()))
                    .append("</a></th><td class=\"n\">")
                    .append(number(file.items()))
                    .append("</td><td class=\"n\">")
                    .append(ByteSize.of(file.bytes()))
                    .append("</td><td><time datetime=\"")
                    .append(change)
                    .append("\">")
                    .append(change)
                    .append("</time></td><td><a href=\"")
                    .append(escaped(up + file.alias()))
                    .append("\">")
                    .append(escaped(file.alias()))
                    .append("</a></td></tr>\n");
        }
        page.append("</tbody>\n</table>\n");
        feeds(page, manifest, up);
        return page.append("</main>\n</body>\n</html>\n").toString();
    }

    private static void feeds(StringBuilder page, Manifest manifest, String up) {
        if (manifest.feeds().isEmpty()) {
            return;
        }
        page.append("<h2>What changed</h2>\n<ul>\n");
        for (PublishedFeed feed : manifest.feeds().reversed()) {
            page.append(
                    """
                    <li><a href="%s">generation %d to %d</a>: %s upserts, %s deletions, %s</li>
                    """
                            .formatted(
                                    escaped(up + feed.path()),
                                    feed.from(),
                                    feed.to(),
                                    number(feed.upserts()),
                                    number(feed.deletes()),
                                    ByteSize.of(feed.bytes())));
        }
        page.append("</ul>\n");
    }

    private static String number(long number) {
        var digits = new StringBuilder().append(number);
        for (int comma = digits.length() - 3; comma > 0; comma -= 3) {
            digits.insert(comma, ',');
        }
        return digits.toString();
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
