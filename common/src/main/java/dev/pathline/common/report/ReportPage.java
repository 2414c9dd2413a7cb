package dev.pathline.common.report;

import static dev.pathline.common.chart.Svg.escape;

import dev.pathline.common.chart.ChartStyle;
import dev.pathline.common.chart.LineChart;
import dev.pathline.common.report.RunHistory.Entry;
import dev.pathline.common.wire.TrainingRunEvent;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * The report as HTML.
 *
 * @param report what it shows
 * @param charts the curves
 */
record ReportPage(RunReport report, List<LineChart> charts) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
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
                .append(escape(report.name())).append(": training run</title>\n<style>\n").append(STYLE)
                .append(ChartStyle.css()).append("</style>\n</head>\n<body>\n<main>\n");
        page.append("<header><h1>").append(escape(report.name())).append("</h1>");
        if (!report.description().isEmpty()) {
            page.append("<p>").append(escape(report.description())).append("</p>");
        }
        page.append("</header>\n");
        report.history().last(TrainingRunEvent.Failed.class).filter(_ -> "failed".equals(report.facts().get("state")))
                .ifPresent(failure -> page.append("<p class=\"problem\" role=\"alert\">")
                        .append(escape(text(failure))).append("</p>\n"));
        page.append("<dl class=\"panel\">");
        report.facts().forEach((what, value) -> page.append("<div><dt>").append(escape(what)).append("</dt><dd>")
                .append(escape(value)).append("</dd></div>"));
        page.append("</dl>\n<section class=\"charts\" aria-label=\"Curves\">");
        charts.forEach(chart -> page.append("<div class=\"panel\">").append(chart.svg()).append("</div>\n"));
        page.append("</section>\n");
        sheets(page);
        events(page);
        if (!report.specification().isEmpty()) {
            page.append("<section class=\"panel\"><h2>Specification</h2><pre>").append(escape(report.specification()))
                    .append("</pre></section>\n");
        }
        return page.append("</main>\n</body>\n</html>\n").toString();
    }

    private void sheets(StringBuilder page) {
        if (report.sheets().isEmpty()) {
            return;
        }
        page.append("<section class=\"panel\"><h2>Samples over time</h2><div class=\"sheets\">");
        for (RunReport.Sheet sheet : report.sheets()) {
            String caption = "after step " + sheet.step();
            page.append("<figure><img alt=\"samples ").append(caption).append("\" src=\"").append(sheet.source())
                    .append("\"><figcaption>").append(caption).append("</figcaption></figure>");
        }
        page.append("</div></section>\n");
    }

    private void events(StringBuilder page) {
        List<Entry> shown = report.history().entries().stream().filter(ReportPage::isTold).toList();
        if (shown.isEmpty()) {
            return;
        }
        page.append("<section class=\"panel\"><h2>What happened</h2><ol>");
        for (Entry entry : shown.subList(Math.max(0, shown.size() - MOST_EVENTS), shown.size())) {
            String text = text(entry);
            page.append(isTrouble(entry.event()) ? "<li class=\"trouble\">" : "<li>");
            if (entry.at() != null) {
                page.append("<time>").append(TIME.format(entry.at())).append("</time>");
            }
            page.append("step ").append(entry.step()).append(": ").append(entry.event().type().replace('-', ' '))
                    .append(text.isEmpty() ? "" : ": ").append(escape(text)).append("</li>");
        }
        page.append("</ol></section>\n");
    }

    /** Snapshots come and go, and sheets are shown. */
    private static boolean isTold(Entry entry) {
        return !(entry.event() instanceof TrainingRunEvent.Snapshot || entry.event() instanceof TrainingRunEvent.Sheet);
    }

    private static boolean isTrouble(TrainingRunEvent event) {
        return event instanceof TrainingRunEvent.Failed || event instanceof TrainingRunEvent.SteppedBack
                || event instanceof TrainingRunEvent.Blocked || event instanceof TrainingRunEvent.Warning;
    }

    private static String text(Entry entry) {
        return switch (entry.event()) {
            case TrainingRunEvent.Warning warning -> warning.message();
            case TrainingRunEvent.Blocked blocked -> blocked.reason();
            case TrainingRunEvent.Preparation made -> made.what() + ", " + made.done() + " of " + made.of();
            case TrainingRunEvent.SteppedBack back -> back.reason();
            case TrainingRunEvent.Failed failed -> failed.error().message();
            case TrainingRunEvent.Evaluation evaluation -> String.format(Locale.ROOT,
                    "Frechet distance %.4g, 95%% interval %.4g to %.4g; real images get %.4g",
                    evaluation.frechetDistance(), evaluation.low(), evaluation.high(), evaluation.floor());
            case TrainingRunEvent.Succeeded succeeded ->
                entry.note().isEmpty() && succeeded.model() != null ? succeeded.model() : entry.note();
            // The commit of the code is among the facts.
            case TrainingRunEvent.Started _ -> "";
            default -> entry.note();
        };
    }
}
