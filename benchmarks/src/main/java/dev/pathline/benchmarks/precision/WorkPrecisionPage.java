package dev.pathline.benchmarks.precision;

import dev.pathline.benchmarks.measure.MarkedPage;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes the charts and the tables of {@code docs/work-precision.md}. */
public final class WorkPrecisionPage {
    private static final String PAGE = "work-precision";
    private static final String MIXTURE_ERROR = "RMS error";

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
        page.addClosedForms();
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
        String error = "RMS error of a pixel";
        var problem = new NetworkError(model);
        addPanels("network", error, problem.solvers("log-snr"));
        addSingle("grids", model.card().name() + ", dpm-solver++-2m on every time grid", error,
                problem.grids("dpm-solver++-2m"));
    }

    private void addClosedForms() throws IOException {
        addPanels("vp", MIXTURE_ERROR, new MixtureError(VpLinear.DEFAULT, "log-snr", 1, 1e-3).curves());
        addPanels("flow", MIXTURE_ERROR, new MixtureError(RectifiedFlow.DEFAULT, "log-snr", 0.99, 0.01).curves());
        addPanels("edm", MIXTURE_ERROR, new MixtureError(Edm.DEFAULT, "karras", 80, 0.002).curves());
        addSingle("noise", "Solvers with noise, on one Gaussian", "Wasserstein-2 distance",
                new GaussianDistance(VpLinear.DEFAULT, "log-snr", 1, 1e-3).curves());
    }

    private void addPanels(String id, String error, List<Curve> curves) throws IOException {
        Diagram.panels(image(id), error, curves);
        fill(id, curves);
    }

    private void addSingle(String id, String title, String error, List<Curve> curves) throws IOException {
        Diagram.single(image(id), title, error, curves);
        fill(id, curves);
    }

    private Path image(String id) {
        return docs.resolve("images/" + PAGE + "-" + id + ".png");
    }

    private void fill(String id, List<Curve> curves) throws IOException {
        new MarkedPage(docs.resolve(PAGE + ".md")).fill(id, Numbers.table(Curve.joined(curves)));
        System.out.println("measured: " + id);
    }
}
