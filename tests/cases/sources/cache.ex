defmodule Shop.Cache do
  @moduledoc """
  Keeps answers for a while (in memory).
  """

  use GenServer

  @limit 100

  def start_link(opts \\ []) do
    GenServer.start_link(__MODULE__, opts, name: __MODULE__)
  end

  def get(key, default \\ nil) do
    case GenServer.call(__MODULE__, {:get, key}) do
      {:ok, value} ->
        value

      :error ->
        default
    end
  end

  @impl true
  def init(_opts) do
    {:ok, %{rows: %{}, count: 0}}
  end

  @impl true
  def handle_call({:get, key}, _from, state) do
    {:reply, Map.fetch(state.rows, key), state}
  end

  def handle_call({:put, key, value}, _from, %{count: count} = state) when count < @limit do
    rows = Map.put(state.rows, key, value)
    {:reply, :ok, %{state | rows: rows, count: count + 1}}
  end

  def describe(state) do
    state.rows
    |> Enum.map(fn {key, value} -> "#{key} (#{inspect(value)})" end)
    |> Enum.join(", ")
  end

  defp old?(%{at: at}, now) do
    if now - at > 60 do
      true
    else
      false
    end
  end
end
