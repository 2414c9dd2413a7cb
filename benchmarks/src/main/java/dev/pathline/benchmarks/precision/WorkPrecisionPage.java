package dev.pathline.benchmarks.precision;

import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the charts and the tables of {@code docs/work-precision.md}. */
public final class WorkPrecisionPage {
    private static final String PAGE = "work-precision";
    private static final String MIXTURE_ERROR = "RMS error of a coordinate";

    private final Path docs;

    private WorkPrecisionPage(Path docs) {
        this.docs = docs;
    }

    /**
     * Measures every solver on the closed-form models and on a network.
     *
     * @param checkpoint the network's folder
     * @param docs the folder of {@code work-precision.md} and of {@code images}
     * @throws IOException if the page cannot be read or a file cannot be written
     */
    public static void write(Path checkpoint, Path docs) throws IOException {
        var page = new WorkPrecisionPage(docs);
        page.add("vp", "Two Gaussians, VP-linear, log-snr grid from t = 1 to 0.001", MIXTURE_ERROR,
                new MixtureError(VpLinear.DEFAULT, "log-snr", 1, 1e-3).curves());
        page.add("flow", "Two Gaussians, rectified flow, log-snr grid from t = 0.99 to 0.01", MIXTURE_ERROR,
                new MixtureError(RectifiedFlow.DEFAULT, "log-snr", 0.99, 0.01).curves());
        page.add("edm", "Two Gaussians, EDM, karras grid from sigma = 80 to 0.002", MIXTURE_ERROR,
                new MixtureError(Edm.DEFAULT, "karras", 80, 0.002).curves());
        page.add("noise", "One Gaussian, VP-linear, log-snr grid: solvers with noise", "Wasserstein-2 distance",
                new GaussianDistance(VpLinear.DEFAULT, "log-snr", 1, 1e-3).curves());
        Checkpoint read = Checkpoint.read(checkpoint);
        Torch torch = Torch.open("auto");
        try (var thread = new ComputeThread("compute", Runtime.getRuntime().availableProcessors())) {
            thread.call(() -> {
                try (LoadedModel model = LoadedModel.load(torch, read, NumericProfile.FLOAT32)) {
                    page.addNetwork(model);
                }
                return 0;
            });
        }
    }

    private void addNetwork(LoadedModel model) throws IOException {
        String name = model.card().name();
        String error = "RMS error of a pixel (images are in [-1, 1])";
        var problem = new NetworkError(model);
        add("network", name + ", log-snr grid to t = 0", error, problem.solvers("log-snr"));
        add("network-time", name + ", grid evenly spaced in t", error, problem.solvers("time"));
        add("grids", name + ", dpm-solver++-2m on every time grid", error, problem.grids("dpm-solver++-2m"));
    }

    private void add(String id, String title, String error, List<Curve> curves) throws IOException {
        List<Curve> joined = Curve.joined(curves);
        Diagram.draw(docs.resolve("images/" + PAGE + "-" + id + ".png"), title, error, joined);
        Path page = docs.resolve(PAGE + ".md");
        Files.writeString(page, filled(Files.readString(page), id, Numbers.table(joined)));
        System.out.println(title);
    }

    /** Replaces what stands between the markers of a table. */
    private static String filled(String text, String id, String table) {
        String begin = "<!-- numbers of " + id + " -->\n";
        String end = "<!-- end of " + id + " -->\n";
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("the page has no lines " + begin + end);
        }
        return text.substring(0, from + begin.length()) + table + text.substring(to);
    }
}
