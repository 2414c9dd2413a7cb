package dev.pathline.trainer.report;

import static dev.pathline.common.chart.Svg.escape;

import dev.pathline.common.chart.ChartStyle;
import dev.pathline.common.chart.LineChart;
import dev.pathline.trainer.report.RunHistory.Event;
import dev.pathline.trainer.report.RunHistory.Kind;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The report as HTML.
 *
 * @param name the name of what is trained
 * @param description a sentence about it, or an empty text
 * @param facts names and values
 * @param charts the curves
 * @param sheets the sample sheets
 * @param history what happened
 * @param specification the text of the specification, or an empty text
 */
record ReportPage(
        String name,
        String description,
        Map<String, String> facts,
        List<LineChart> charts,
        List<ReportSheets.Sheet> sheets,
        RunHistory history,
        String specification) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final Set<Kind> TROUBLE = EnumSet.of(Kind.FAILED, Kind.STEPPED_BACK, Kind.BLOCKED, Kind.WARNING);
    /** The newest count. */
    private static final int MOST_EVENTS = 100;

    private static final String STYLE = """
            :root{color-scheme:light dark;--ground:#f5f4f0;--panel:#fffefb;--ink:#20262e;--soft:#5d6672;--line:#dedbd2;\
            --wrong:#a63a2b;--wrong-ground:#fbece8}
            @media screen and (prefers-color-scheme:dark){:root{--ground:#14171b;--panel:#1c2026;--ink:#e8e6e1;\
            --soft:#9aa3ad;--line:#30363e;--wrong:#f0917f;--wrong-ground:#38211d}}
            *{box-sizing:border-box}
            body{margin:0;padding:1.5rem;background:var(--ground);color:var(--ink);\
            font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
            main{max-width:1120px;margin:0 auto;display:grid;gap:1.5rem;grid-template-columns:minmax(0,1fr)}
            h1,h2,p,dl,dd,figure,ol{margin:0;padding:0}
            h1{font-size:1.6rem;line-height:1.2;overflow-wrap:anywhere}
            h2{font-size:1.05rem;margin-bottom:.7rem}
            header p,.soft,dt,figcaption{color:var(--soft)}
            .panel{background:var(--panel);border:1px solid var(--line);border-radius:14px;padding:1rem}
            dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:.8rem 1.2rem}
            dt{font-size:.8rem}dd{overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
            .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:1rem}
            .sheets{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,250px),1fr));gap:1rem}
            img{display:block;width:100%;image-rendering:pixelated;border-radius:6px}
            figcaption{font-size:.85rem;margin-top:.3rem}
            .problem{background:var(--wrong-ground);color:var(--wrong);border-radius:14px;padding:1rem;\
            overflow-wrap:anywhere}
            ol{list-style:none;display:grid;gap:.35rem;font-size:.9rem}
            li{overflow-wrap:anywhere}time{color:var(--soft);font-variant-numeric:tabular-nums;margin-right:.6em}
            .trouble{color:var(--wrong)}
            pre{margin:0;overflow-x:auto;font:.85rem/1.45 ui-monospace,'DejaVu Sans Mono',monospace}
            @media print{body{padding:0;background:none}.panel{border:0;padding:0}pre{white-space:pre-wrap}
            .charts{grid-template-columns:1fr 1fr}.charts>*,figure,li{break-inside:avoid}}
            """;

    /** Returns the page. */
    String html() {
        var page = new StringBuilder(1 << 16);
        page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .append(escape(name)).append(": training run</title>\n<style>\n").append(STYLE)
                .append(ChartStyle.css()).append("</style>\n</head>\n<body>\n<main>\n");
        page.append("<header><h1>").append(escape(name)).append("</h1>");
        if (!description.isEmpty()) {
            page.append("<p>").append(escape(description)).append("</p>");
        }
        page.append("</header>\n");
        history.last(Kind.FAILED).filter(event -> "failed".equals(facts.get("state")))
                .ifPresent(event -> page.append("<p class=\"problem\" role=\"alert\">").append(escape(event.text()))
                        .append("</p>\n"));
        page.append("<dl class=\"panel\">");
        facts.forEach((what, value) -> page.append("<div><dt>").append(escape(what)).append("</dt><dd>")
                .append(escape(value)).append("</dd></div>"));
        page.append("</dl>\n<section class=\"charts\" aria-label=\"Curves\">");
        charts.forEach(chart -> page.append("<div class=\"panel\">").append(chart.svg()).append("</div>\n"));
        page.append("</section>\n");
        sheets(page);
        events(page);
        if (!specification.isEmpty()) {
            page.append("<section class=\"panel\"><h2>Specification</h2><pre>").append(escape(specification))
                    .append("</pre></section>\n");
        }
        return page.append("</main>\n</body>\n</html>\n").toString();
    }

    private void sheets(StringBuilder page) {
        if (sheets.isEmpty()) {
            return;
        }
        page.append("<section class=\"panel\"><h2>Samples over time</h2><div class=\"sheets\">");
        for (ReportSheets.Sheet sheet : sheets) {
            String caption = "after step " + sheet.step();
            page.append("<figure><img alt=\"samples ").append(caption).append("\" src=\"").append(sheet.source())
                    .append("\"><figcaption>").append(caption).append("</figcaption></figure>");
        }
        page.append("</div></section>\n");
    }

    private void events(StringBuilder page) {
        List<Event> shown = history.events().stream()
                .filter(event -> event.kind() != Kind.SNAPSHOT && event.kind() != Kind.SHEET).toList();
        if (shown.isEmpty()) {
            return;
        }
        page.append("<section class=\"panel\"><h2>What happened</h2><ol>");
        for (Event event : shown.subList(Math.max(0, shown.size() - MOST_EVENTS), shown.size())) {
            String text = event.kind() == Kind.STARTED ? "" : event.text();
            page.append(TROUBLE.contains(event.kind()) ? "<li class=\"trouble\">" : "<li>").append("<time>")
                    .append(TIME.format(event.at())).append("</time>step ").append(event.step()).append(": ")
                    .append(LogJson.name(event.kind()).replace('-', ' ')).append(text.isEmpty() ? "" : ": ")
                    .append(escape(text)).append("</li>");
        }
        page.append("</ol></section>\n");
    }
}
