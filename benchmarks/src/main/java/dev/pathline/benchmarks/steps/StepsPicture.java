package dev.pathline.benchmarks.steps;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.Model;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.evaluation.report.EvaluationSetting;
import dev.pathline.engine.evaluation.report.Measurement;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * Samples of every method from the same noise, a row a method, a column a number of evaluations. The settings are those that
 * were measured.
 */
final class StepsPicture {

    private static final int ACROSS = 3;
    private static final int SAMPLES = 6;
    private static final int SCALE = 2;
    private static final int GAP = 2;
    private static final int MARGIN = 10;
    private static final int LABELS = 190;
    private static final int HEAD = 28;
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

    private final List<Method> methods;

    StepsPicture(List<Method> methods) {
        this.methods = List.copyOf(methods);
    }

    /** Makes the samples, and writes the picture as PNG. */
    void write(Path file) throws IOException {
        List<Integer> shape = Checkpoint.read(methods.getFirst().checkpoint()).card().shape();
        int cellWidth = ACROSS * (SCALE * shape.getLast() + GAP) + MARGIN;
        int cellHeight = SAMPLES / ACROSS * (SCALE * shape.get(1) + GAP) + MARGIN;
        var picture = new BufferedImage(LABELS + Method.EVALUATIONS.size() * cellWidth,
                HEAD + methods.size() * cellHeight, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setFont(FONT);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
        graphics.setColor(Color.BLACK);
        for (int i = 0; i < Method.EVALUATIONS.size(); i++) {
            int evaluations = Method.EVALUATIONS.get(i);
            graphics.drawString(evaluations + (evaluations == 1 ? " evaluation" : " evaluations"),
                    LABELS + i * cellWidth, HEAD - MARGIN);
        }
        for (int i = 0; i < methods.size(); i++) {
            draw(graphics, methods.get(i), HEAD + i * cellHeight, cellWidth);
        }
        graphics.dispose();
        ImageIO.write(picture, "png", file.toFile());
    }

    private static void draw(Graphics2D graphics, Method method, int top, int cellWidth) {
        int line = graphics.getFontMetrics().getHeight();
        String[] words = method.name().replace("`", "").split(", ", -1);
        for (int i = 0; i < words.length; i++) {
            graphics.drawString(words[i], MARGIN, top + line * (i + 1));
        }
        try (Model model = Model.open(method.checkpoint())) {
            for (int i = 0; i < Method.EVALUATIONS.size(); i++) {
                Optional<Measurement> measured = method.of(Method.EVALUATIONS.get(i));
                if (measured.isPresent()) {
                    draw(graphics, model, measured.get().setting(), LABELS + i * cellWidth, top);
                }
            }
        }
    }

    private static void draw(Graphics2D graphics, Model model, EvaluationSetting setting, int left, int top) {
        ModelCard card = model.card();
        for (int i = 0; i < SAMPLES; i++) {
            // Classes far from each other, as far as there are so many.
            int label = i * card.classes().size() / SAMPLES;
            BufferedImage image = model.sample(label).seed(i).solver(setting.solver()).timeGrid(setting.timeGrid())
                    .steps(setting.steps()).cfgScale(setting.cfgScale()).image();
            graphics.drawImage(image, left + i % ACROSS * (SCALE * image.getWidth() + GAP),
                    top + i / ACROSS * (SCALE * image.getHeight() + GAP), SCALE * image.getWidth(),
                    SCALE * image.getHeight(), null);
        }
    }
}
