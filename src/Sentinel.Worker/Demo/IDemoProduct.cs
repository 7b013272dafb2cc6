namespace Sentinel.Worker.Demo;

/// <summary>A product that the demo can teach and test: known-good images, and images to inspect.</summary>
internal interface IDemoProduct
{
    /// <summary>Name of the product, and of its folders.</summary>
    string Name { get; }

    /// <summary>Writes the known-good images into an existing, empty folder and says how many they are.</summary>
    int WriteKnownGood(string folder);

    /// <summary>Images to inspect, none of which is among the known-good ones.</summary>
    IEnumerable<DemoImage> TestImages();
}
