namespace Sentinel.Worker.Tests;

internal static class Eventually
{
    /// <summary>Waits until <paramref name="claim"/> holds; fails after so many seconds, saying what it waited for.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> claim, string what, int seconds = 20)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (!await claim())
        {
            if (DateTime.UtcNow > end)
            {
                Assert.Fail($"Not within {seconds} s: {what}");
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    public static Task HoldsAsync(Func<bool> claim, string what, int seconds = 20) => HoldsAsync(() => Task.FromResult(claim()), what, seconds);
}
