using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Shop
{
    /// <summary>Keeps files by name.</summary>
    public sealed class Store : IDisposable
    {
        private const string Root = @"C:\shop\";
        private readonly Dictionary<string, byte[]> files = new();

        public int Count => files.Count;

        public event Action<string> Added;

        public bool Put(string name, byte[] bytes)
        {
            if (string.IsNullOrEmpty(name))
            {
                throw new ArgumentException($"no name for {bytes.Length} bytes", nameof(name));
            }
            files[Path.Combine(Root, name)] = bytes;
            Added?.Invoke(name);
            return true;
        }

        public IEnumerable<string> Find(Func<string, bool> wanted)
        {
            foreach (var (name, bytes) in files.OrderBy(pair => pair.Key))
            {
                if (bytes.Length > 0 && wanted(name))
                {
                    yield return name;
                }
            }
        }

        public void Dispose()
        {
            files.Clear();
        }
    }
}
