package dev.pathline.engine;
import dev.pathline.diffusion.card.*;
import dev.pathline.diffusion.planner.*;
import dev.pathline.diffusion.noise.*;
import dev.pathline.diffusion.prediction.*;
import dev.pathline.diffusion.schedule.*;
import dev.pathline.engine.checkpoint.*;
import dev.pathline.engine.network.*;
import dev.pathline.engine.sampling.*;
import dev.pathline.engine.script.*;
import dev.pathline.engine.torch.*;
import java.util.*;
import java.nio.file.*;
public class Probe2 {
    public static void main(String[] a) throws Exception {
        Torch torch = Torch.open("cpu");
        var cfg = new UNet2DConfig(28,1,1,List.of(32,64,64),List.of("DownBlock2D","DownBlock2D","AttnDownBlock2D"),List.of("AttnUpBlock2D","UpBlock2D","UpBlock2D"),1,32,8,1e-5,true,0,1,11);
        Map<String,TensorData> w=new HashMap<>();
        Safetensors.read(Path.of(a[0])).tensors().forEach((k,v)->{ if(k.startsWith("average.")) w.put(k.substring(8),v);});
        ModelCard card = ModelCard.of("x", ModelKind.DIFFUSION, List.of(1,28,28), RectifiedFlow.DEFAULT.spec(), Prediction.VELOCITY).withNetworkInput(Preconditioning.NONE, TimeInput.scaled(1000)).withClasses(List.of("0","1","2","3","4","5","6","7","8","9"), true);
        var ck = new Checkpoint(card, cfg, w);
        try (var ct = new ComputeThread("c", 2)) { ct.call(() -> {
            for (String pn : a[1].split(",")) try (var m = LoadedModel.load(torch, ck, NumericProfile.named(pn))) {
                var s = new Sampler(m, new PhiloxNoise(), 64);
                int n=Integer.parseInt(a[2]); int[] lab=new int[n]; for(int i=0;i<n;i++) lab[i]=i%10;
                var plan = Planner.plan(card, new SamplingSettings(a[3], Integer.parseInt(a[4]), null, Double.parseDouble(a[5]), null, null, a.length>6?a[6]:null, true));
                for (int rep=0;rep<3;rep++){ long t0=System.nanoTime(); var out = s.sample(plan, lab, 7); double sec=(System.nanoTime()-t0)/1e9;
                System.out.printf("%s %d samples %.2f s, %.1f rows/s  first %.5f%n", pn, n, sec, n*plan.rows()/sec, out.get(0)[400]);
                if(rep==0){ var img=new java.awt.image.BufferedImage(10*30,(n/10)*30,java.awt.image.BufferedImage.TYPE_BYTE_GRAY); for(int i=0;i<n/10*10;i++) for(int y=0;y<28;y++)for(int x=0;x<28;x++){int v=Math.max(0,Math.min(255,Math.round((out.get(i)[y*28+x]+1)*127.5f))); img.getRaster().setSample((i%10)*30+x,(i/10)*30+y,0,v);} javax.imageio.ImageIO.write(img,"png",new java.io.File("/tmp/sheet-"+pn+".png")); } }
            }
            return null; }); }
    }
}
